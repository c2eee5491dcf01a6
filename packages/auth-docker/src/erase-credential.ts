import type { CallOptions } from "@bale/spec";
import { askHelper, helperKeys } from "./ask-helper.js";
import { writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { removeEntries } from "./edit-auths.js";
import { type HelperUse, helperError } from "./helper-error.js";
import { helperFor } from "./helper-for.js";
import { stopIfAborted } from "./interrupted.js";
import { matchingKeys } from "./match-key.js";
import { parseServer, type Server } from "./parse-server.js";
import { readConfig } from "./read-config.js";
import { runHelper } from "./run-helper.js";
import { writeConfig } from "./write-config.js";

/** Helpers do not agree on how they say that there was nothing to erase, so each is asked for the credential first. */
async function eraseFromHelper(
  use: HelperUse,
  server: Server,
  options: DockerOptions,
  call: CallOptions,
): Promise<boolean> {
  let erased = false;
  for (const key of helperKeys(server)) {
    if (!(await askHelper(use, key, options, call))) continue;
    const { exitCode } = await runHelper(use, "erase", key, options, call);
    if (exitCode !== 0) throw helperError(use, `could not erase the credentials (exit code ${exitCode})`);
    erased = true;
  }
  return erased;
}

/**
 * Forgets the credential of a registry: in the first file, in each spelling of the registry's name, and in the helper that this file names
 * for it. Entries for parts of the registry (`quay.io/acme`) and other files are left alone. Whether there was one.
 * @throws BaleError `CREDENTIAL_HELPER`, `CONFIG_INVALID`, `REFERENCE_INVALID`, `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function eraseCredential(
  origin: string,
  options: DockerOptions,
  call: CallOptions = {},
): Promise<boolean> {
  const server = parseServer(origin);
  stopIfAborted(call.signal);
  const path = writablePlace(options);
  const config = path === undefined ? undefined : await readConfig(path);
  if (!config || path === undefined) return false;
  const use = helperFor(config, server);
  let erased = use ? await eraseFromHelper(use, server, options, call) : false;
  if (matchingKeys(config.auths.keys(), server, undefined).length === 0) return erased;
  await writeConfig(
    path,
    (old) => {
      const keys = matchingKeys(old.auths.keys(), server, undefined);
      if (keys.length === 0) return undefined;
      erased ||= !use;
      return removeEntries(old, keys);
    },
    options,
    call,
  );
  return erased;
}
