import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BaleError, type CredentialProvider, type PluginContext, secret } from "@bale/spec";
import type { NetrcConfig } from "./config.js";
import { type NetrcEntry, parseNetrc } from "./parse-netrc.js";

function unusable(file: string, why: string): BaleError {
  return new BaleError({
    code: "CREDENTIAL_HELPER",
    message: `${file} cannot be used`,
    why,
    fix: "correct the file, or remove the plugin bale-auth-netrc",
    context: { path: file },
  });
}

/** No file is no answer; a file that cannot be read or understood should have been one. */
async function entriesOf(
  file: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, NetrcEntry>> {
  let text: string;
  try {
    text = await readFile(file, { encoding: "utf8", ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted)
      throw new BaleError({ code: "INTERRUPTED", message: "stopped on request", cause: error });
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return new Map();
    throw unusable(file, `reading it failed: ${code}`);
  }
  try {
    return parseNetrc(text);
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : "it is no netrc file");
  }
}

/** User names and passwords of a netrc file, for https on its usual port: the file has no other notion of a place. */
export function netrcCredentials(
  { file }: NetrcConfig,
  { env }: Pick<PluginContext, "env">,
): CredentialProvider {
  const path = file ?? env["NETRC"] ?? join(env["HOME"] ?? homedir(), ".netrc");
  return {
    id: "netrc",
    resolve: async ({ origin }, options) => {
      const host = /^https:\/\/([^/:@]+)$/.exec(origin)?.[1];
      if (host === undefined) return undefined;
      const entry = (await entriesOf(path, options?.signal)).get(host);
      return entry && { kind: "basic", username: entry.login, password: secret(entry.password) };
    },
  };
}
