import type { StoreTrust } from "@bale/spec";
import type { FsConfig } from "./config.js";

/** One line for each place. A bundle from elsewhere must never choose by itself which folders of this machine are read and written. */
export function trustOf({ path, prefix }: FsConfig): StoreTrust {
  return { kind: "needs-consent", line: `fs:${path}${prefix === undefined ? "" : `/${prefix}`}` };
}

/** What a reader needs to find the blobs. */
export function describeStore({ path, prefix }: FsConfig): Readonly<Record<string, string>> {
  return { path, ...(prefix === undefined ? {} : { prefix }) };
}
