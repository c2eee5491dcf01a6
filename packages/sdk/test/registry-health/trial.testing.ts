import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHttpClient } from "@bale/http";
import { oci, parseProfileDocument, registryProfile } from "@bale/oci";
import type { RegistryHealth } from "@bale/spec";
import { noQuirks, type Quirks, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { filesBelow } from "../bench.testing.js";
import { testBale, testFolder } from "../client.testing.js";

const MiB = 1024 * 1024;
// Random bytes do not get smaller in a pack; the large file is more than one chunk.
const LARGE = randomBytes(3 * MiB).toString("latin1");
const SMALL = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`src/${index}.txt`, `line ${index}\n`.repeat(index)]),
);

/** How one registry with habits is found, and whether a bundle gets into it and out again. */
export interface Trial {
  readonly health: RegistryHealth;
  /** Pushes a bundle as the profile says, and clones it: what differs, or why it failed; `undefined`: nothing. */
  readonly transfer: () => Promise<string | undefined>;
}

function quickClient(): ReturnType<typeof createHttpClient> {
  return createHttpClient({ maxTries: 3, sleep: async () => {} });
}

async function transfer(registry: TestRegistry, health: RegistryHealth): Promise<string | undefined> {
  const found = parseProfileDocument(health.profile) ?? {};
  // Small enough that chunks matter to a test that is over soon.
  const profile = { ...registryProfile(registry.host), ...found, chunkThreshold: MiB };
  const chunkSize = Math.min(profile.chunkSize, MiB);
  using folder = testFolder();
  await using bale = testBale({
    plugins: [oci({ settings: () => ({ profile: { ...profile, chunkSize } }), fsync: "never" })],
    http: quickClient(),
    fsync: "never",
  });
  const root = folder.join("mine");
  for (const [path, content] of Object.entries({ ...SMALL, "data/large": LARGE })) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content, "latin1");
  }
  const reference = `${registry.host}/acme/app:v1`;
  writeFileSync(
    join(root, "bale.yaml"),
    `ref: ${reference}\nlayers: { code: ["src/**"], data: ["data/**"] }\n`,
  );
  await bale.init({ directory: root });
  const mine = await bale.workspace(root);
  await mine.add(["src", "data"], { cwd: root });
  await mine.push();
  await bale.clone({ reference, directory: "theirs", cwd: folder.path });
  const [here, there] = [root, folder.join("theirs")].map((place) =>
    JSON.stringify(filesBelow(place, new Set([".bale"]))),
  );
  return here === there ? undefined : "the tree that came back is another one";
}

/** Examines a registry with these habits; `use` may then push to it. */
export async function tryRegistry<Value>(
  quirks: Partial<Quirks>,
  use: (trial: Trial) => Promise<Value>,
): Promise<Value> {
  const registry = await startTestRegistry({ quirks: { ...noQuirks, ...quirks } });
  try {
    await using bale = testBale({ plugins: [oci()], http: quickClient() });
    const health = await bale.examineRegistry(`${registry.host}/acme/app`);
    return await use({
      health,
      transfer: () => {
        // What counts requests begins anew, as for a command of its own.
        if (quirks.rateLimit) registry.setQuirks({ rateLimit: quirks.rateLimit });
        return transfer(registry, health);
      },
    });
  } finally {
    await registry.close();
  }
}
