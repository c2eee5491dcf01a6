import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { storageFs } from "@bale/storage-fs";
import { storageOci } from "@bale/storage-oci";
import { type Bale, type ClientOptions, createBale } from "../src/index.js";

/** A client with every plugin of this repository, that speaks to loopback only. */
export function testBale(options: Partial<ClientOptions> = {}): Bale {
  return createBale({
    plugins: [oci(), storageFs(), storageOci()],
    http: createHttpClient({ maxTries: 2, sleep: async () => {} }),
    ...options,
  });
}

export interface TestFolder extends Disposable {
  readonly path: string;
  readonly join: (...parts: string[]) => string;
}

/** A temporary folder that goes with its scope. */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), "bale-sdk-"));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
