import type { Bale, ClientOptions } from "@bale/sdk";

/** A client for one command, composed from what the command line, the environment and the user's files say. */
export interface Client extends AsyncDisposable {
  readonly bale: Bale;
  /** For the source of a copy, where the command line gives settings of its own for it. */
  readonly source: ClientOptions | undefined;
}
