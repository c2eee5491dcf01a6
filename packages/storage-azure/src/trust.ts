import type { StoreTrust } from "@bale/spec";
import type { AzureConfig } from "./config.js";
import { isPublicEndpoint, usualEndpoint } from "./config-grammar.js";

/** One line for each place. A bundle may lead to Microsoft's own addresses, and nowhere else unless the user says so. */
export function trustOf({ account, container, endpoint, prefix }: AzureConfig): StoreTrust {
  const place = `azure://${account}/${container}${prefix === undefined ? "" : `/${prefix}`}`;
  return {
    kind: isPublicEndpoint(endpoint, account) ? "public" : "needs-consent",
    line: endpoint === usualEndpoint(account) ? place : `${place} at ${endpoint}`,
  };
}

/** What a reader needs to find the blobs. The tier is the writer's matter, and left to `bale.yaml`. */
export function describeStore(config: AzureConfig): Readonly<Record<string, string | boolean>> {
  const { account, container, endpoint, prefix, publicReads } = config;
  return {
    account,
    container,
    ...(prefix === undefined ? {} : { prefix }),
    ...(endpoint === usualEndpoint(account) ? {} : { endpoint }),
    ...(publicReads === undefined ? {} : { publicReads }),
  };
}
