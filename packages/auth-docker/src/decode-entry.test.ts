import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry } from "./decode-entry.js";
import { base64, shown } from "./scene.testing.js";
import { thrownCode } from "./thrown-code.testing.js";

const place = { path: "config.json", key: "ghcr.io" };
const decode = (entry: unknown): string | undefined => shown(decodeEntry(entry, place));

describe("an entry", () => {
  it.each([
    [{ auth: base64("alice:pw") }, "basic alice pw"],
    [{ auth: base64("alice:p:w:") }, "basic alice p:w:"],
    [{ auth: base64("alice:pw\u0000\u0000") }, "basic alice pw"],
    [{ auth: base64("älice:пароль") }, "basic älice пароль"],
    [{ auth: base64("a:b").replaceAll("=", "") }, "basic a b"],
    [{ auth: `${base64("a:b")}\n` }, "basic a b"],
    [{ auth: base64(":pw") }, "basic  pw"],
    [{ auth: base64("a:") }, "basic a "],
    [{ auth: base64("alice:pw"), username: "bob", password: "other" }, "basic alice pw"],
    [{ username: "bob", password: "p:w" }, "basic bob p:w"],
    [{ identitytoken: "idt", auth: base64("0000:") }, "identity-token idt"],
    [{ registrytoken: "rt", identitytoken: "idt", auth: base64("a:b") }, "bearer rt"],
  ])("%j is %s", (entry, credential) => {
    expect(decode(entry)).toBe(credential);
  });

  it.each([null, {}, { auth: "" }, { auth: null, identitytoken: "" }, { email: "a@b" }])(
    "%j is a mark without a credential",
    (entry) => {
      expect(decode(entry)).toBeUndefined();
    },
  );

  it.each([
    "text",
    ["list"],
    5,
    { auth: 5 },
    { auth: "not base64!" },
    { auth: "YWxpY2U" },
    { auth: "A" },
    { auth: base64("no colon") },
    { auth: Buffer.from([0xff, 0x3a, 0xfe]).toString("base64") },
    { identitytoken: ["t"] },
    { registrytoken: {} },
    { username: "alice" },
    { password: "pw" },
  ])("%j is a mistake in the file", (entry) => {
    expect(thrownCode(() => decode(entry))).toBe("CONFIG_INVALID");
  });

  it("has every user name and password that can be written", () => {
    const name = fc.string({ unit: "grapheme" }).filter((text) => !text.includes(":"));
    const password = fc.string({ unit: "grapheme" }).filter((text) => !text.endsWith("\u0000"));
    fc.assert(
      fc.property(name, password, (user, secret) => {
        expect(decode({ auth: base64(`${user}:${secret}`) })).toBe(`basic ${user} ${secret}`);
      }),
    );
  });
});
