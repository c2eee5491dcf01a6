import type { Environment } from "@bale/auth";

export interface DockerOptions {
  /** Where files and programs are looked up; helpers run with it. */
  readonly env: Environment;
  /** The user's home folder. Default: `HOME`, on Windows `USERPROFILE`, of `env`; without one, the files below it are left out. */
  readonly home?: string | undefined;
  /** A file in Docker's form that comes before all others. It has to exist when credentials are asked for. */
  readonly file?: string | undefined;
  /** Default: this system's. */
  readonly platform?: NodeJS.Platform | undefined;
  /** How long a helper may take, in milliseconds. Default 30,000. */
  readonly helperTimeoutMs?: number | undefined;
  /** How long to wait for another writer of the same file, in milliseconds. Default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
  /** Gets a sentence when credentials are stored unencrypted. */
  readonly warn?: ((message: string) => void) | undefined;
}
