import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { credentialProviderConformance, pluginConformance } from "@bale/conformance";
import { secret } from "@bale/spec";
import plugin from "../src/index.js";
import { netrcCredentials } from "../src/netrc-credentials.js";
import { parseNetrc } from "../src/parse-netrc.js";

function netrcFile(text: string): { readonly file: string } & AsyncDisposable {
  const folder = mkdtempSync(join(tmpdir(), "netrc-"));
  const file = join(folder, ".netrc");
  writeFileSync(file, text);
  return { file, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }) };
}

const TEXT = "machine registry.acme.example login alice password known-to-nobody\n";

describe("credentials of a netrc file", () => {
  credentialProviderConformance({ describe, it }, async () => {
    const { file, [Symbol.asyncDispose]: dispose } = netrcFile(TEXT);
    const broken = netrcFile("machine registry.acme.example login alice password");
    return {
      open: async () => netrcCredentials({ file }, { env: {} }),
      known: [
        {
          request: { origin: "https://registry.acme.example", repository: "acme/app", actions: ["pull"] },
          credential: { kind: "basic", username: "alice", password: secret("known-to-nobody") },
        },
      ],
      openBroken: async () => ({
        provider: netrcCredentials({ file: broken.file }, { env: {} }),
        request: { origin: "https://registry.acme.example", actions: ["pull"] },
      }),
      [Symbol.asyncDispose]: async () => {
        await dispose();
        await broken[Symbol.asyncDispose]();
      },
    };
  });

  pluginConformance({ describe, it }, async () => {
    const { file, [Symbol.asyncDispose]: dispose } = netrcFile(TEXT);
    return {
      exported: plugin,
      manifest: JSON.parse(readFileSync("package.json", "utf8")).bale,
      env: { NETRC: file },
      sources: [
        {
          id: "netrc",
          config: {},
          origins: ["https://registry.acme.example"],
          refused: [{ file: 7 }, { files: "x" }],
        },
      ],
      [Symbol.asyncDispose]: dispose,
    };
  });

  it("are read as other programs read them", () => {
    const entries = parseNetrc(`# a comment
machine One.example
  login alice password "with space"
machine two.example login bob account x password p#1
machine two.example login late password too
default login anonymous password me
macdef init
  cd /pub

machine three.example login carol password q`);
    assert.deepEqual(Object.fromEntries(entries), {
      "one.example": { login: "alice", password: "with space" },
      "two.example": { login: "bob", password: "p#1" },
      "three.example": { login: "carol", password: "q" },
    });
    assert.throws(
      () => parseNetrc("machine a login b passwd c"),
      /^Error: word 5 is none that such a file knows$/,
    );
  });
});
