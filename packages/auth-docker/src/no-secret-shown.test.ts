import { type Credential, secret } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { base64, failure, makeScene, printed, type Scene } from "./scene.testing.js";

const GHCR = "https://ghcr.io";
const PASSWORD = "cAnary-pass/word+1";
const IDENTITY = "cAnary-identity+2";
const REGISTRY = "cAnary-registry+3";
const MEMBER = "cAnary-member+4";
const HELPER = "cAnary-helper+5";
const SAVED = "cAnary-saved+6";
const ALL = [PASSWORD, IDENTITY, REGISTRY, MEMBER, HELPER, SAVED];

/** Each secret as it is, in base64 (also behind a user name) and as part of a URL. */
const FORMS = ALL.flatMap((value) => [
  value,
  base64(value).replace(/=+$/, ""),
  base64(`alice:${value}`).replace(/=+$/, ""),
  encodeURIComponent(value),
]);

const ENTRY = {
  auth: base64(`alice:${PASSWORD}`),
  identitytoken: IDENTITY,
  registrytoken: REGISTRY,
  username: "alice",
  password: MEMBER,
};

describe("no secret is in the text of an error", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = makeScene();
  });
  afterEach(() => scene[Symbol.dispose]());

  const expectClean = async (promise: Promise<unknown>): Promise<void> => {
    const text = printed(await failure(promise));
    for (const form of FORMS) expect(text).not.toContain(form);
  };
  const resolve = (): Promise<unknown> => scene.provider().resolve({ origin: GHCR, actions: ["pull"] });

  const whole = JSON.stringify({ auths: { "ghcr.io": ENTRY } });
  it.each<[string, string]>([
    ["cut off", whole.slice(0, -5)],
    ["with rubbish behind it", `${whole}${PASSWORD}`],
    ["that is one secret", REGISTRY],
    ["that is one text", JSON.stringify(IDENTITY)],
    ["whose auths is a secret", JSON.stringify({ auths: MEMBER })],
    ["whose helper is no text", JSON.stringify({ credHelpers: { "ghcr.io": [PASSWORD] } })],
    ["whose entry is a secret", JSON.stringify({ auths: { "ghcr.io": PASSWORD } })],
    ["whose auth is in clear text", JSON.stringify({ auths: { "ghcr.io": { auth: `alice:${PASSWORD}` } } })],
    ["whose auth has no colon", JSON.stringify({ auths: { "ghcr.io": { auth: base64(PASSWORD) } } })],
    ["whose token is a list", JSON.stringify({ auths: { "ghcr.io": { identitytoken: [IDENTITY] } } })],
    ["with half a pair", JSON.stringify({ auths: { "ghcr.io": { password: MEMBER } } })],
  ])("about a file %s", async (_, content) => {
    scene.put(".docker/config.json", content);
    await expectClean(resolve());
  });

  const saved: readonly Credential[] = [
    { kind: "basic", username: "alice", password: secret(SAVED) },
    { kind: "basic", username: "al:ice", password: secret(SAVED) },
    { kind: "basic", username: "alice", password: secret(`${SAVED}\n`) },
    { kind: "identity-token", token: secret(SAVED) },
    { kind: "bearer", token: secret(SAVED), expiresAt: new Date(0) },
  ];
  it.each(saved)("about saving %s", async (credential) => {
    scene.put(".docker/config.json", `${whole}${PASSWORD}`);
    await expectClean(scene.provider().storage!.save(GHCR, credential));
    await expectClean(scene.provider().storage!.erase(GHCR));
  });

  it
    .skipIf(process.platform === "win32")
    .each([
      `cat; echo ${HELPER}; echo ${HELPER} >&2; exit 3`,
      `cat; echo ${HELPER}`,
      `echo '{"Username":"${HELPER}","Secret":["${HELPER}"]}'`,
      `echo '{"Username":"${HELPER}","Secret":""}'`,
      `yes ${HELPER}`,
      `echo ${HELPER}; kill -9 $$`,
    ])("about a helper that does %s", async (script) => {
    scene.helper("test", `case $1 in get) ${script} ;; *) cat; echo ${HELPER}; exit 1 ;; esac`);
    scene.put(".docker/config.json", { credsStore: "test", auths: { "ghcr.io": ENTRY } });
    await expectClean(resolve());
    await expectClean(scene.provider().storage!.save(GHCR, saved[0]!));
    await expectClean(scene.provider().storage!.erase(GHCR));
  });
});
