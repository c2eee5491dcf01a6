import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { type Bale, createBale } from "@bale/sdk";
import { storageFs } from "@bale/storage-fs";
import { storageOci } from "@bale/storage-oci";

/** A client as the command line composes it. Each has connections of its own, as each process has. */
export function openClient(onNotice?: (text: string) => void): Bale {
  return createBale({
    plugins: [oci(), storageFs(), storageOci()],
    http: createHttpClient(),
    fsync: "never",
    ...(onNotice ? { onNotice } : {}),
  });
}
