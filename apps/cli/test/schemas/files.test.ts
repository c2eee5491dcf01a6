import { encodeRoot, parseRoot } from "@bale/core";
import { digestFromHex, type LayerName, parseBundlePath, type RoleName } from "@bale/spec";
import { parseProject } from "@bale/workspace";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fileSchema } from "./files.js";

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const judge = (name: string) => ajv.compile(fileSchema(name) as object);

const GOOD = [
  "{}",
  "ref: ghcr.io/acme/app\n",
  "artifactType: application/vnd.acme.model.v1\nannotations: { org.example.owner: acme }\n",
  'layers: { code: ["src/**", "*.py"], config: "configs/**" }\nroles: { runtime: [code, config], all-of-it: [code, default] }\ndefaultRole: runtime\n',
  "storage:\n  stores: { big: { type: s3, bucket: acme-bales, prefix: blobs, region: eu-west-1 } }\n  rules:\n    - { match: 'src/**', store: registry }\n    - { largerThan: 50MB, store: big }\n",
  "pack: { smallerThan: 1MiB, target: 64 MiB, compression: none, exact: true }\n",
  "pack: { smallerThan: 1048576 }\n",
  "plugins: ['@acme/bale-storage', bale-auth]\n",
];
const BAD = [
  "unknown: 1\n",
  "layers: { Code: ['**'] }\n",
  "layers: { bale: ['**'] }\n",
  "roles: { registry: [] }\n",
  "roles: { runtime: code }\n",
  "artifactType: model\n",
  "storage: { rules: [{ match: '**' }] }\n",
  "storage: { stores: { big: { bucket: x } } }\n",
  "storage: { stores: { big: { type: s3, secretKey: x } } }\n",
  "storage: { rules: [{ store: registry, biggerThan: 1 }] }\n",
  "pack: { smallerThan: huge }\n",
  "pack: { compression: zstd }\n",
  "pack: { exact: 1 }\n",
  "annotations: { dev.bale.content: x }\n",
  "annotations: { a: 1 }\n",
  "plugins: ['./local.js']\n",
  "plugins: name\n",
  "- a list\n",
];

describe("the schema of bale.yaml", () => {
  const validate = judge("bale-yaml");
  it.each(GOOD)("takes what bale takes: %j", async (yaml) => {
    await expect(parseProject(new TextEncoder().encode(yaml), "bale.yaml")).resolves.toBeDefined();
    expect([validate(parse(yaml)), validate.errors]).toEqual([true, null]);
  });
  it.each(BAD)("refuses what bale refuses: %j", async (yaml) => {
    await expect(parseProject(new TextEncoder().encode(yaml), "bale.yaml")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    expect(validate(parse(yaml))).toBe(false);
  });
});

describe("the schema of the root", () => {
  const validate = judge("bundle-root");
  const digest = digestFromHex("0".repeat(64));
  const bytes = encodeRoot({
    schemaVersion: 1,
    requires: [],
    contentDigest: digest,
    roles: new Map([["runtime" as RoleName, ["code" as LayerName]]]),
    defaultRole: "runtime" as RoleName,
    stores: new Map(),
    layers: new Map([
      [
        "code" as LayerName,
        { digest, files: 1, size: 2, tables: [{ digest, size: 9, files: 1, first: parseBundlePath("a") }] },
      ],
    ]),
    unknown: { later: true },
  });

  it("takes what bale writes", () => {
    expect([validate(JSON.parse(new TextDecoder().decode(bytes))), validate.errors]).toEqual([true, null]);
  });

  it.each<readonly [string, (root: Record<string, unknown>) => void]>([
    ["another version", (root) => Object.assign(root, { schemaVersion: 2 })],
    ["no layers", (root) => Reflect.deleteProperty(root, "layers")],
    ["a digest that is none", (root) => Object.assign(root, { contentDigest: "sha256:x" })],
    [
      "a layer without tables",
      (root) => Object.assign(root, { layers: { code: { digest, files: 0, size: 0 } } }),
    ],
    ["a reserved role", (root) => Object.assign(root, { roles: { all: [] } })],
    ["a store without a type", (root) => Object.assign(root, { stores: { big: {} } })],
  ])("refuses %s, as bale does", (_what, change) => {
    const root = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    change(root);
    expect(validate(root)).toBe(false);
    expect(() => parseRoot(new TextEncoder().encode(JSON.stringify(root)))).toThrow();
  });
});
