import type { AzureConfig } from "../config.js";

const TIERS = { hot: "Hot", cool: "Cool", cold: "Cold" } as const;

/** What a blob says of itself, and the tier that the user chose for it. */
export function contentHeaders({ tier }: Pick<AzureConfig, "tier">): Readonly<Record<string, string>> {
  return {
    "x-ms-blob-content-type": "application/octet-stream",
    ...(tier === undefined ? {} : { "x-ms-access-tier": TIERS[tier] }),
  };
}
