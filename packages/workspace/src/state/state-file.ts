import { readFileSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { controlPaths } from "../control-folder.js";
import { errnoOf, localError } from "../local-error.js";
import { writeFileAtomic } from "../write-atomic.js";
import { decodeState, encodeState } from "./state-codec.js";
import { emptyState, type WorkspaceState } from "./workspace-state.js";

/**
 * Reads `.bale/state`. A workspace without one is new: nothing is tracked, and equal bytes are adopted at the next pull.
 * @throws BaleError `STATE_CORRUPT`, `STATE_VERSION`, `PERMISSION`, `IO`
 */
export function loadState(root: string): WorkspaceState {
  const { state: file } = controlPaths(root);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return emptyState();
    throw localError(error, file, "reading");
  }
  const state = decodeState(bytes);
  if (state === "newer")
    throw new BaleError({
      code: "STATE_VERSION",
      message: `${file} was written by a newer bale`,
      why: "its form is not known to this version, which therefore leaves it as it is",
      fix: "update bale",
      context: { path: file },
    });
  if (state === "corrupt")
    throw new BaleError({
      code: "STATE_CORRUPT",
      message: `${file} is damaged`,
      why: "its checksum or form is wrong; no file of the working tree is affected",
      fix: "run `bale doctor --repair`: it keeps the damaged file aside and lets the next `bale pull` take over the files whose bytes agree",
      context: { path: file },
    });
  return state;
}

/** Replaces `.bale/state` whole. @throws BaleError `NO_SPACE`, `PERMISSION`, `IO` */
export function storeState(root: string, state: WorkspaceState, options: { readonly sync: boolean }): void {
  const paths = controlPaths(root);
  writeFileAtomic(paths.state, encodeState(state), options);
}
