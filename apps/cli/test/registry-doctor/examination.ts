import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpClient } from "@bale/http";
import { oci, type RegistryProfile, registryProfile } from "@bale/oci";
import { type Bale, createBale } from "@bale/sdk";
import type { RegistryHealth } from "@bale/spec";
import { type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { type KeptProfiles, keptProfiles } from "../../src/compose/kept-profiles.js";

const MiB = 1024 * 1024;
const REPOSITORY = "acme/app";

/** Bytes that do not compress, and of which no part is like another. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 7;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}
const BIG = noise(2.5 * MiB);
const FILES: ReadonlyMap<string, Buffer> = new Map([
  ["bale.yaml", Buffer.from('layers: { code: ["src/**"], data: ["data/**"] }\nroles: { runtime: [code] }\n')],
  ["src/main.py", Buffer.from("print('hello')\n")],
  ["src/util.py", Buffer.from("def twice(x): return 2 * x\n".repeat(40))],
  ["data/empty", Buffer.alloc(0)],
  ["data/table.csv", Buffer.from("1,2,3\n".repeat(2_000))],
  ["data/big.bin", BIG],
]);

/** The tree that is pushed. */
export function writeSample(root: string): void {
  for (const [path, content] of FILES) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Paths whose bytes came back otherwise. */
export function differences(root: string, read: (path: string) => Buffer): string[] {
  return [...FILES]
    .filter(([path, content]) => !read(join(root, path)).equals(content))
    .map(([path]) => path);
}

export interface Examination extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly folder: string;
  readonly reference: string;
  readonly kept: KeptProfiles;
  /** Runs the doctor and keeps what it found, as the command does. */
  readonly examine: () => Promise<RegistryHealth>;
  /** A client that obeys what is kept, with a threshold that makes chunks matter. */
  readonly client: () => Bale;
}

/** A registry with quirks, a place for kept profiles, and clients for both. */
export async function examination(quirks: Partial<Quirks>): Promise<Examination> {
  const registry = await startTestRegistry({ quirks });
  const folder = mkdtempSync(join(tmpdir(), "bale-examined-"));
  const kept = keptProfiles({ env: { XDG_STATE_HOME: join(folder, "state") }, home: folder }, () => {});
  const http = createHttpClient({ sleep: async () => {} });
  const reference = `${registry.host}/${REPOSITORY}:v1`;
  const profileFor = (host: string): RegistryProfile => {
    const profile = kept.profileOf(host) ?? registryProfile(host);
    return { ...profile, chunkThreshold: MiB, chunkSize: Math.min(profile.chunkSize, MiB) };
  };
  return {
    registry,
    folder,
    reference,
    kept,
    examine: async () => {
      await using bale = createBale({ plugins: [oci()], http });
      const health = await bale.examineRegistry(reference);
      kept.keep(health, new Date(0));
      return health;
    },
    client: () =>
      createBale({
        plugins: [oci({ settings: (host) => ({ profile: profileFor(host) }) })],
        http,
        fsync: "never",
      }),
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
