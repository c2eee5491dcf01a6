import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { UserSettings } from "../../src/index.js";
import { type Bench, filesBelow, openBench, type Work } from "../bench.testing.js";
import { testBale } from "../client.testing.js";

const BIG = randomBytes(150_000).toString("latin1");
const BIGGER = randomBytes(300_000).toString("latin1");

/** A `bale.yaml` with a store of each kind, and rules by name and by size. */
export const yaml = (
  bench: Pick<Bench, "folder"> & { host: string },
): string => `layers: { code: ["src/**"], data: ["data/**"] }
roles: { dev: [code] }
storage:
  stores:
    shelf: { type: fs, path: ${bench.folder}/shelf, prefix: acme }
    cellar: { type: oci, registry: "${bench.host}", repository: acme/cellar }
  rules:
    - { match: "src/**", store: registry }
    - { match: "**/*.bin", store: shelf }
    - { largerThan: 100KB, store: cellar }
`;

export const FILES = {
  "data/a.bin": "small, and matched by its name",
  "data/big": BIG,
  "data/small": "small",
  "src/b.bin": "a rule for src wins",
  "src/big": BIGGER,
};

/** A bundle that lies in three places. */
export interface Hybrid extends AsyncDisposable {
  readonly bench: Bench;
  readonly mine: Work;
  readonly shelf: string;
  /** The client of somebody who trusts only what is given. */
  readonly strangers: (user?: UserSettings) => ReturnType<typeof testBale>;
}

export async function hybrid(options: { readonly push?: boolean } = {}): Promise<Hybrid> {
  const bench = await openBench({
    client: ({ host, folder }) => ({
      user: { trustedStores: [`fs:${folder}/shelf/acme`, `oci://${host}/acme/cellar`] },
    }),
  });
  const shelf = join(bench.folder, "shelf");
  const mine = await bench.work("mine", yaml({ folder: bench.folder, host: bench.registry.host }));
  await mine.track(FILES);
  if (options.push !== false) await mine.push();
  return {
    bench,
    mine,
    shelf,
    strangers: (user) => testBale({ fsync: "never", ...(user ? { user } : {}) }),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

/** Requests for one repository. */
export const asked = (bench: Bench, repository: string): number =>
  bench.registry.log.filter((record) => record.path.startsWith(`/v2/${repository}/`)).length;

/** Blobs in the directory, by their paths below `sha256`. */
export const blobsOn = (shelf: string): string[] => Object.keys(filesBelow(join(shelf, "acme", "sha256")));
