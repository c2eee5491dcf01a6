import type { CallOptions } from "@bale/spec";
import { askHelper, helperKeys } from "./ask-helper.js";
import { writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";
import { holdsSecret, removeEntries } from "./edit-auths.js";
import { type HelperUse, helperError } from "./helper-error.js";
import { helperFor } from "./helper-for.js";
import { exactKeys } from "./match-key.js";
import { parseServer, type Server, scopedKey } from "./parse-server.js";
import { readConfig } from "./read-config.js";
import { runHelper } from "./run-helper.js";
import type { SavedTo, ScopeOptions } from "./save-credential.js";
import { stopIfAborted } from "./stop-if-aborted.js";
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
 * for it. Entries for parts of the registry (`quay.io/acme`) and other files are left alone; with a namespace, only the entries for that very
 * part go. Gives the places from which one was removed: none when there was none.
 * @throws BaleError `CREDENTIAL_HELPER`, `CONFIG_INVALID`, `REFERENCE_INVALID`, `LOCKED`, `PERMISSION`, `NO_SPACE`, `IO`, `INTERRUPTED`
 */
export async function eraseCredential(
  origin: string,
  options: DockerOptions,
  call: ScopeOptions = {},
): Promise<readonly SavedTo[]> {
  const server = parseServer(origin);
  const { namespace } = call;
  // Refuses what is no namespace.
  scopedKey(server, namespace);
  stopIfAborted(call.signal);
  const path = writablePlace(options);
  const config = path === undefined ? undefined : await readConfig(path);
  if (!config || path === undefined) return [];
  const use = namespace === undefined ? helperFor(config, server) : undefined;
  const places: SavedTo[] = [];
  if (use && (await eraseFromHelper(use, server, options, call)))
    places.push({ kind: "helper", helper: use.helper });
  if (exactKeys(config.auths.keys(), server, namespace).length === 0) return places;
  await writeConfig(
    path,
    (old) => {
      const keys = exactKeys(old.auths.keys(), server, namespace);
      if (keys.length === 0) return undefined;
      // Beside a helper, most entries only mark that it has the credential.
      if (!use || keys.some((key) => holdsSecret(old.auths.get(key)))) places.push({ kind: "file", path });
      return removeEntries(old, keys);
    },
    options,
    call,
  );
  return places;
}
