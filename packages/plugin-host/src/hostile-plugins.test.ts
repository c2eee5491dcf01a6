import { type BlobContribution, type BlobDriver, type CredentialProvider, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { driver, failureOf, hostOf, plugin, recorder, rejectionOf, shelf } from "./sample-plugin.testing.js";

const description = { type: "shelf", place: "x", endpoint: "https://shelf.example" };
const never = (): Promise<never> => new Promise(() => {});
const hostWithBlob = (changes: Partial<Record<keyof BlobContribution, unknown>>) =>
  hostOf(
    { limits: { openMs: 20, stallMs: 20, abortMs: 10 } },
    plugin("acme-shelf", { blobs: [shelf(recorder(), changes as Partial<BlobContribution>)] }),
  );

/** A value that throws at every look. */
const thorny = new Proxy(
  {},
  {
    get: () => {
      throw new Error("do not touch");
    },
    ownKeys: () => {
      throw new Error("do not touch");
    },
    getPrototypeOf: () => {
      throw new Error("do not touch");
    },
  },
);

describe("a plugin that throws when it is looked at", () => {
  it.each([
    ["everywhere", thorny],
    [
      "at its list",
      {
        specVersion: 1,
        name: "acme",
        get blobs() {
          throw new Error("no");
        },
      },
    ],
    ["at a contribution", { specVersion: 1, name: "acme", blobs: [thorny] }],
    [
      "at its schema",
      {
        specVersion: 1,
        name: "acme",
        blobs: [
          {
            ...shelf(recorder()),
            get config() {
              throw new Error("no");
            },
          },
        ],
      },
    ],
  ])("%s is refused", (_name, value) => {
    expect(failureOf(() => hostOf({}, value))).toMatchObject({
      code: expect.stringMatching(/^PLUGIN_(?:FAILED|INVALID)$/),
    });
  });

  it("is read once, so that it cannot show one thing and do another", async () => {
    let reads = 0;
    const changing = {
      specVersion: 1,
      name: "acme",
      get blobs() {
        reads += 1;
        return reads === 1 ? [shelf(recorder())] : [shelf(recorder(), { scheme: "s3" })];
      },
    };
    const host = hostOf({}, changing);
    expect(host.plugins()[0]?.stores).toEqual(["shelf"]);
    expect(reads).toBe(1);
    await expect(host.trustOf({ type: "s3" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("answers that no plugin gives", () => {
  const rubbish: readonly (readonly [
    string,
    Partial<Record<keyof BlobContribution, unknown>>,
    "trustOf" | "describeStore" | "openStore",
  ])[] = [
    ["no trust", { trust: () => undefined }, "trustOf"],
    ["a trust of no kind", { trust: () => ({ kind: "yes", line: "shelf:x" }) }, "trustOf"],
    ["a line with an escape", { trust: () => ({ kind: "public", line: "shelf:\u001b[2J" }) }, "trustOf"],
    ["a line of two lines", { trust: () => ({ kind: "public", line: "shelf:x\nshelf:y" }) }, "trustOf"],
    ["an empty line", { trust: () => ({ kind: "public", line: "" }) }, "trustOf"],
    ["a promise of trust", { trust: async () => ({ kind: "public", line: "x" }) }, "trustOf"],
    ["no description", { describe: () => null }, "describeStore"],
    ["a description with depth", { describe: () => ({ nested: { a: 1 } }) }, "describeStore"],
    ["a description that is no number", { describe: () => ({ size: Number.NaN }) }, "describeStore"],
    [
      "a description by prototype",
      { describe: () => JSON.parse('{"__proto__": "x"}') as object },
      "describeStore",
    ],
    ["a description that throws", { describe: () => thorny }, "describeStore"],
    ["no driver", { open: async () => undefined }, "openStore"],
    ["a driver that throws at every look", { open: async () => thorny }, "openStore"],
    ["a driver without write", { open: async () => ({ ...driver, write: undefined }) }, "openStore"],
    ["a driver without a scheme", { open: async () => ({ ...driver, scheme: 7 }) }, "openStore"],
    ["a driver that never comes", { open: never }, "openStore"],
  ];
  it.each(rubbish)("%s is PLUGIN_FAILED, by name", async (_name, changes, ask) => {
    await expect(hostWithBlob(changes)[ask](description)).rejects.toMatchObject({
      code: "PLUGIN_FAILED",
      message: expect.stringContaining("acme-shelf"),
      context: { plugin: "acme-shelf" },
    });
  });

  it("leave the prototypes of others alone", async () => {
    const host = hostWithBlob({ describe: () => JSON.parse('{"__proto__": {"polluted": 1}}') as object });
    await rejectionOf(host.describeStore(description));
    expect("polluted" in {}).toBe(false);
  });

  it("a driver that comes too late is closed", async () => {
    let closed = 0;
    let give: (value: unknown) => void = () => {};
    const late = {
      ...driver,
      [Symbol.asyncDispose]: async () => {
        closed += 1;
      },
    };
    const host = hostWithBlob({
      open: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    await rejectionOf(host.openStore(description));
    give(late);
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(1);
  });
});

describe("a secret that a plugin was given", () => {
  const SECRET = "canary-0123456789";
  const giving: CredentialProvider = {
    id: "test",
    resolve: async () => ({ kind: "bearer", token: secret(SECRET) }),
  };
  const telling =
    (tell: (text: string) => unknown): BlobContribution["open"] =>
    async (_config, { credentials }) => {
      const credential = await credentials.resolve({ origin: "https://shelf.example", actions: ["pull"] });
      throw tell(credential?.kind === "bearer" ? credential.token.reveal() : "");
    };
  const everything = (error: unknown): string => {
    const texts: string[] = [];
    for (let each = error; each instanceof Error; each = each.cause)
      texts.push(each.message, each.stack ?? "", JSON.stringify(each), String(each));
    return texts.join("\n");
  };

  it.each<[string, (text: string) => unknown]>([
    ["an error", (text) => new Error(`the server refused ${text}`)],
    ["a text", (text) => `the server refused ${text}`],
    ["a cause", (text) => new Error("refused", { cause: new Error(text) })],
    [
      "a BaleError of another copy",
      (text) =>
        Object.assign(new Error(`refused ${text}`), {
          baleErrorVersion: 1,
          code: "STORE_DENIED",
          why: text,
          context: { token: text, list: [text] },
        }),
    ],
    ["a stack", (text) => Object.assign(new Error("refused"), { stack: `Error: ${text}\n  at x` })],
  ])("does not show in %s that it throws", async (_name, tell) => {
    const host = hostOf(
      { credentials: giving },
      plugin("acme", { blobs: [shelf(recorder(), { open: telling(tell) })] }),
    );
    const error = await rejectionOf(host.openStore(description));
    expect(error.message).not.toBe("");
    expect(everything(error)).not.toContain(SECRET);
  });

  it("does not show in what it logs", async () => {
    const logged: unknown[] = [];
    const open: BlobContribution["open"] = async (_config, { credentials, log }) => {
      const credential = await credentials.resolve({ origin: "https://shelf.example", actions: ["pull"] });
      const text = credential?.kind === "bearer" ? credential.token.reveal() : "";
      log("warn", `sending ${text}`, { header: text, size: 3 });
      return driver;
    };
    const host = hostOf(
      { credentials: giving, log: (...entry) => logged.push(entry) },
      plugin("acme", { blobs: [shelf(recorder(), { open })] }),
    );
    await host.openStore(description);
    expect(logged).toEqual([["warn", "acme: sending [hidden]", { header: "[hidden]", size: 3 }]]);
  });
});

describe("what only looks like an error of bale's", () => {
  it.each([
    ["of an unknown code", { baleErrorVersion: 1, code: "NO_SUCH_CODE", message: "x" }],
    ["of no code", { baleErrorVersion: 1, message: "x" }],
    ["without words", { baleErrorVersion: 1, code: "IO", message: 7 }],
    ["of another version", { baleErrorVersion: 2, code: "IO", message: "x" }],
  ])("%s is a failure of the plugin", async (_name, value) => {
    const error = await rejectionOf(
      hostWithBlob({ open: () => Promise.reject(value) }).openStore(description),
    );
    expect(error).toMatchObject({ code: "PLUGIN_FAILED", context: { plugin: "acme-shelf" } });
  });

  it("keeps code, words and advice where it is one, made by another copy of the class", async () => {
    const foreign = Object.assign(new Error("no"), {
      baleErrorVersion: 1,
      code: "STORE_BUSY",
      why: "w",
      fix: "f",
      context: { size: 3, odd: {}, list: ["a"] },
      retry: { kind: "after", milliseconds: 5 },
    });
    const error = await rejectionOf(
      hostWithBlob({ open: () => Promise.reject(foreign) }).openStore(description),
    );
    expect(error).toMatchObject({
      code: "STORE_BUSY",
      message: "no",
      why: "w",
      fix: "f",
      context: { size: 3, list: ["a"] },
      retry: { kind: "after", milliseconds: 5 },
    });
  });
});

it("a driver's functions get what belongs to them", async () => {
  class Shelf {
    readonly scheme = "shelf";
    readonly limits = {};
    readonly verifiesDigest = false;
    private readonly inner: BlobDriver = driver;
    locate(...args: Parameters<BlobDriver["locate"]>) {
      return this.inner.locate(...args);
    }
    stat(...args: Parameters<BlobDriver["stat"]>) {
      return this.inner.stat(...args);
    }
    read(...args: Parameters<BlobDriver["read"]>) {
      return this.inner.read(...args);
    }
    write(...args: Parameters<BlobDriver["write"]>) {
      return this.inner.write(...args);
    }
    classify() {
      return undefined;
    }
    async [Symbol.asyncDispose]() {}
  }
  const users: unknown[] = [];
  const own = new Shelf();
  const host = hostWithBlob({
    open: async () => own,
    markUser: async (...call: unknown[]) => void users.push(call[0]),
  });
  const opened = await host.openStore(description);
  const digest = `sha256:${"0".repeat(64)}` as Parameters<BlobDriver["locate"]>[0];
  expect(await opened.stat(opened.locate(digest))).toBeUndefined();
  // What a plugin gets back is its own driver, and not the one that is watched.
  await host.markUser(description, opened, "ghcr.io/acme/app");
  expect(users).toEqual([own]);
});
