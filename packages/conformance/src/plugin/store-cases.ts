import assert from "node:assert/strict";
import type { StoreDescription } from "@bale/spec";
import { sampleBlob } from "../blob-driver/sample-blob.js";
import type { TestApi } from "../test-api.js";
import { codeOf, plugInto } from "./plugin-bed.js";
import { type PluginHarness, type SampleStore, withPlugin } from "./plugin-harness.js";

const SECRET = /secret|password|passwd|token|credential|accesskey|accountkey|connectionstring|sas$/i;
// What a file may hold by mistake, or by malice.
const ODD_VALUES: readonly unknown[] = [
  "",
  " ",
  "..",
  "\u0000",
  "\u001b[2J",
  "a\nb",
  -1,
  Number.NaN,
  1e21,
  true,
  null,
  [],
  {},
  "x".repeat(100_000),
];

function changed(description: StoreDescription, member: string, value: unknown): StoreDescription {
  return { ...description, [member]: value } as StoreDescription;
}

/** Everything that a plugin may be asked about a description ends in an answer or in CONFIG_INVALID. */
async function assertJudged(
  ask: (description: StoreDescription) => Promise<unknown>,
  description: StoreDescription,
): Promise<void> {
  const code = await codeOf(ask(description));
  const shown = JSON.stringify(description)?.slice(0, 300);
  assert.ok(code === "nothing" || code === "CONFIG_INVALID", `${code} for ${shown}`);
}

export function storeCases({ describe, it }: TestApi, makeHarness: () => Promise<PluginHarness>): void {
  const each = (test: (sample: SampleStore, harness: PluginHarness) => Promise<void>) =>
    withPlugin(makeHarness, async (harness) => {
      for (const sample of harness.stores ?? []) await test(sample, harness);
    });

  describe("a store", () => {
    it(
      "is judged by its description alone: the same each time, without a request",
      each(async ({ description, trust }, harness) => {
        const { host, requests } = await plugInto(harness);
        for (let time = 0; time < 2; time++) assert.deepEqual(await host.trustOf(description), trust);
        assert.ok(
          trust.line.startsWith(`${description.type}:`),
          "the line begins with the type of the store",
        );
        assert.equal(requests(), 0);
      }),
    );

    it(
      "is described for others so that they find the same store, and without a secret",
      each(async ({ description, trust }, harness) => {
        const { host } = await plugInto(harness);
        const described = await host.describeStore(description);
        assert.deepEqual(await host.describeStore(described), described);
        assert.deepEqual(await host.trustOf(described), trust);
        for (const [member, value] of Object.entries(described)) {
          assert.doesNotMatch(member, SECRET);
          assert.doesNotMatch(String(value), /:\/\/[^/]*@/, "a URL holds a user or password");
        }
      }),
    );

    it(
      "is refused where its description is wrong",
      each(async ({ refused = [] }, harness) => {
        const { host } = await plugInto(harness);
        for (const wrong of refused) {
          const shown = JSON.stringify(wrong);
          assert.equal(await codeOf(host.trustOf(wrong)), "CONFIG_INVALID", shown);
          assert.equal(await codeOf(host.describeStore(wrong)), "CONFIG_INVALID", shown);
          assert.equal(await codeOf(host.openStore(wrong)), "CONFIG_INVALID", shown);
        }
      }),
    );

    it(
      "has any other description judged, and none break it",
      each(async ({ description }, harness) => {
        const { host } = await plugInto(harness);
        const asks = [host.trustOf, host.describeStore];
        for (const member of Object.keys(description).filter((name) => name !== "type"))
          for (const value of ODD_VALUES)
            for (const ask of asks) await assertJudged(ask, changed(description, member, value));
        const bare = { type: description.type };
        const proto = JSON.parse(
          `{"type": ${JSON.stringify(description.type)}, "__proto__": {"polluted": 1}}`,
        );
        for (const ask of asks)
          for (const odd of [bare, proto]) await assertJudged(ask, odd as StoreDescription);
        assert.ok(!("polluted" in {}));
      }),
    );

    it(
      "puts nothing into its description that it does not know",
      each(async ({ description }, harness) => {
        const { host } = await plugInto(harness);
        const strange = changed(description, "unheardOf", "of");
        if ((await codeOf(host.describeStore(strange))) === "CONFIG_INVALID") return;
        assert.ok(!("unheardOf" in (await host.describeStore(strange))));
      }),
    );

    it(
      "is opened, asked and closed, by two at once",
      each(async ({ description, reachable = true }, harness) => {
        if (!reachable) return;
        const { host } = await plugInto(harness);
        await using first = await host.openStore(description);
        await using second = await host.openStore(description);
        const { digest } = sampleBlob(16);
        assert.equal(first.locate(digest), second.locate(digest));
        assert.ok(first.locate(digest).startsWith(`${first.scheme}:`));
        assert.equal(await first.stat(first.locate(digest)), undefined);
        assert.equal(await second.stat(second.locate(digest)), undefined);
      }),
    );

    it(
      "knows its users once they have left a marker, which is no blob",
      each(async ({ description, reachable = true }, harness) => {
        if (!reachable) return;
        const { host, plugin } = await plugInto(harness);
        if (!plugin.blobs?.some((blob) => blob.scheme === description.type && blob.markUser)) return;
        await using driver = await host.openStore(description);
        const user = "registry.example/acme/models";
        for (let time = 0; time < 2; time++) await host.markUser(description, driver, user);
        for await (const blob of driver.listing?.list() ?? [])
          assert.fail(`${blob.locator} is listed as a blob`);
        const users = await host.listUsers(description, driver);
        if (users) assert.ok(users.includes(user));
      }),
    );
  });
}
