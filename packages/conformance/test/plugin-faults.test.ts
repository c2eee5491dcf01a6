import {
  type BlobContribution,
  type BlobDriver,
  type CredentialContribution,
  type Plugin,
  parseDigest,
} from "@bale/spec";
import { describe, expect, it } from "vitest";
import { type PluginHarness, pluginConformance } from "../src/index.js";
import { shelfHarness } from "./support/all-suites.js";

/** Runs the suite over a plugin with a fault, and gives the names of the tests that fail. */
async function failures(harness: () => PluginHarness): Promise<readonly string[]> {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  pluginConformance(
    { describe: (_name, body) => body(), it: (name, body) => tests.push({ name, body }) },
    async () => harness(),
  );
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return failed;
}

const withBlob =
  (change: (blob: BlobContribution) => Partial<Record<keyof BlobContribution, unknown>>) => () =>
    shelfHarness((plugin) => ({
      ...plugin,
      blobs: plugin.blobs?.map((blob) => ({ ...blob, ...change(blob) }) as BlobContribution),
    }));
const withSource = (change: (source: CredentialContribution) => Partial<CredentialContribution>) => () =>
  shelfHarness((plugin) => ({
    ...plugin,
    credentials: plugin.credentials?.map((source) => ({ ...source, ...change(source) })),
  }));

const faults: readonly (readonly [string, () => PluginHarness, RegExp])[] = [
  [
    "no version",
    () => shelfHarness((plugin) => ({ ...plugin, specVersion: 2 }) as unknown as Plugin),
    /version/,
  ],
  ["no name", () => shelfHarness((plugin) => ({ ...plugin, name: "" })), /version/],
  [
    "another plugin each time",
    () => {
      let time = 0;
      return shelfHarness((plugin) => ({ ...plugin, name: `shelf ${time++}` }));
    },
    /the same each time/,
  ],
  [
    "a manifest that says too much",
    () => ({ ...shelfHarness(), manifest: { specVersion: 1, blobs: ["shelf", "tape"] } }),
    /package\.json/,
  ],
  [
    "a manifest that names other hosts",
    () => ({
      ...shelfHarness(),
      manifest: { specVersion: 1, blobs: ["shelf"], credentials: [{ id: "label" }] },
    }),
    /package\.json/,
  ],
  ["a manifest of no form", () => ({ ...shelfHarness(), manifest: "shelf" }), /package\.json/],
  [
    "a trust that changes",
    withBlob(() => {
      let time = 0;
      return { trust: () => ({ kind: "needs-consent", line: `shelf:top${time++ === 0 ? "" : time}` }) };
    }),
    /the same each time/,
  ],
  [
    "a trust without its type",
    withBlob(() => ({ trust: () => ({ kind: "public", line: "top" }) })),
    /judged/,
  ],
  [
    "a description of another store",
    withBlob(() => ({ describe: () => ({ shelf: "bottom" }) })),
    /the same store/,
  ],
  [
    "a description with a secret",
    withBlob(() => ({ describe: () => ({ shelf: "top", secretKey: "x" }) })),
    /the same store/,
  ],
  [
    "a schema that takes everything",
    withBlob(() => ({ config: { parse: (value: unknown) => ({ ok: true, value }) } })),
    /refused/,
  ],
  [
    "a schema that throws",
    withBlob(({ config }) => ({
      config: {
        parse: (value: { shelf?: unknown }) => {
          if (Array.isArray(value.shelf)) throw new TypeError("no");
          return (config as { parse: (input: unknown) => unknown }).parse(value);
        },
      },
    })),
    /none break it/,
  ],
  [
    "a description of everything",
    withBlob(() => ({
      config: { parse: (value: object) => ({ ok: true, value }) },
      describe: ({ type: _type, ...rest }: Record<string, unknown>) => rest,
    })),
    /does not know/,
  ],
  ["an opening that fails", withBlob(() => ({ open: () => Promise.reject(new Error("no")) })), /opened/],
  ["an opening that gives no driver", withBlob(() => ({ open: async () => ({}) })), /opened/],
  [
    "a marker that is a blob",
    withBlob(() => ({
      markUser: async (driver: BlobDriver) => {
        const digest = parseDigest(`sha256:${"0".repeat(64)}`);
        const source = {
          size: 1,
          open: async function* () {
            yield new Uint8Array(1);
          },
        };
        await driver.write(driver.locate(digest), source, { digest });
      },
    })),
    /marker/,
  ],
  ["a user that is forgotten", withBlob(() => ({ listUsers: async function* () {} })), /marker/],
  [
    "a source that takes everything",
    withSource(() => ({ config: { parse: (value) => ({ ok: true, value: value ?? {} }) } })),
    /refuses settings/,
  ],
  [
    "a source that answers everybody",
    withSource(({ open }) => ({
      open: async (config, context) => {
        const provider = await open(config, context);
        return {
          ...provider,
          resolve: () => provider.resolve({ origin: "https://one.shelf.example", actions: [] }),
        };
      },
    })),
    /answers nothing for others/,
  ],
  [
    "a source that asks the network when it is opened",
    withSource(({ open }) => ({
      open: async (config, context) => {
        await context.http.request({ method: "GET", url: "https://one.shelf.example/" }).catch(() => {});
        return open(config, context);
      },
    })),
    /opened without a request/,
  ],
];

describe("the suite of plugins finds", () => {
  it.each(faults)("%s", async (_name, harness, found) => {
    expect(await failures(harness)).toEqual(expect.arrayContaining([expect.stringMatching(found)]));
  });

  it("nothing in one that keeps the contract", async () => {
    expect(await failures(() => shelfHarness())).toEqual([]);
  });
});
