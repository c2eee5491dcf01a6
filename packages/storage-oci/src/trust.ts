import type { StoreTrust } from "@bale/spec";
import type { OciConfig } from "./config.js";

/** One line for each place. A bundle from elsewhere must not choose by itself which registries this machine talks to, with its credentials. */
export function trustOf({ registry, repository }: OciConfig): StoreTrust {
  return { kind: "needs-consent", line: `oci://${registry}/${repository}` };
}

/** What a reader needs to find the blobs. */
export function describeStore({ registry, repository }: OciConfig): Readonly<Record<string, string>> {
  return { registry, repository };
}
