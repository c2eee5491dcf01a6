import { readFileSync } from "node:fs";
import {
  makeBadHelper,
  makeCertificates,
  registryAccount,
  serviceOrSkip,
  startForwardProxy,
  startObjectStore,
  startRegistry,
  startTokenService,
} from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountCanaries, type Canary, canary, keyCanaries, seenBelow, seenIn } from "./harness/canaries.js";
import { dockerAuth, newPerson, type Person, type PersonOptions } from "./harness/person.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const PROXY_ACCOUNT = { username: "prox", password: "pr0xy?s3cret/of+the@proxy" };
const WRONG = { username: "u", password: "wr0ng:s3cret of u" };
const NAME = "registry.acme.example";
const TOKENS_NAME = "tokens.acme.example";
const LOUD = ["--debug", "-vv"];

/** Runs everything loudly, in JSON and as text, and keeps what was printed. */
interface Witness {
  readonly run: (
    person: Person,
    args: readonly string[],
    exit: number,
    options?: PersonOptions,
  ) => Promise<void>;
  readonly printed: () => string;
}

function witness(): Witness {
  const printed: string[] = [];
  return {
    run: async (person, args, exit, options = {}) => {
      const done = await person.run([...args, ...LOUD], options);
      expect(done.exit, `${args.join(" ")}: ${done.stdout}${done.stderr}`).toBe(exit);
      printed.push(`$ ${args.join(" ")}\n${done.stdout}${done.stderr}`);
    },
    printed: () => printed.join("\n"),
  };
}

/** Where secrets are meant to be: what Docker keeps, and keys. */
const isMeantTo = (path: string): boolean => path.endsWith(".docker/config.json") || path.endsWith(".key");

let folder: ScratchFolder;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder?.[Symbol.dispose]());

function expectNoneSeen(seen: Witness, canaries: readonly Canary[], root: string): void {
  expect(seenIn(seen.printed(), canaries)).toEqual([]);
  expect(seenBelow(root, canaries, isMeantTo)).toEqual([]);
  // The search does find what is there.
  expect(seenBelow(root, canaries, () => false)).not.toEqual([]);
}

/** The commands that ask a registry, in an order in which each can work. */
async function everyCommand(
  seen: Witness,
  person: Person,
  host: string,
  options: PersonOptions,
): Promise<void> {
  const reference = `${host}/acme/app:v1`;
  const here = await person.workspace("here", { "a.txt": "a\n", "b.bin": Buffer.alloc(400_000, 5) });
  const inside = { ...options, cwd: here };
  const clone = `${person.home}/clone`;
  const commands: readonly (readonly [args: readonly string[], options: PersonOptions])[] = [
    [["registry", "ping", host], options],
    [["push", "-u", reference], inside],
    [["status", "--remote"], inside],
    [["diff", "--remote"], inside],
    [["log", reference], options],
    [["ls", reference], options],
    [["show", reference], options],
    [["tags", `${host}/acme/app`], options],
    [["manifest", reference], options],
    [["roles", reference], options],
    [["verify", reference, "--deep"], options],
    [["clone", reference, clone], options],
    [["pull"], { ...options, cwd: clone }],
    [["ensure", reference, `${person.home}/ensured`], options],
    [["tag", reference, "v2"], options],
    [["copy", reference, `${host}/acme/copy:v1`], options],
    [["config", "list", "--show-origin"], inside],
    [["doctor"], inside],
  ];
  for (const [args, settings] of commands) await seen.run(person, args, 0, settings);
}

describe.skipIf(!serviceOrSkip("distribution"))("password, tokens, proxy password and client key", () => {
  it("are in no output and no file, whether commands work or fail", async () => {
    const root = folder.make("one");
    const certificates = makeCertificates(folder.join("certificates"), {
      hosts: [NAME, TOKENS_NAME, "127.0.0.1"],
    });
    await using tokens = await startTokenService({ certificates });
    await using registry = await startRegistry("distribution", {
      variant: "mtls",
      auth: "token",
      tokens: { ...tokens, realm: `https://${TOKENS_NAME}/token` },
      certificates,
    });
    const places: Readonly<Record<string, string>> = {
      [`${NAME}:443`]: registry.host,
      [`${TOKENS_NAME}:443`]: new URL(tokens.realm).host,
    };
    await using proxy = await startForwardProxy({
      account: PROXY_ACCOUNT,
      lead: (host) => places[host] ?? host,
    });
    const env = { HTTPS_PROXY: proxy.url };
    const settings = { caFile: certificates.caFile, ...certificates.client };
    const config = { registries: { [NAME]: settings, [TOKENS_NAME]: { caFile: certificates.caFile } } };
    const somebody = (name: string, entry: unknown): Person => {
      const person = newPerson(`${root}/${name}`);
      person.writeConfig(config);
      person.writeDockerConfig({ auths: { [NAME]: entry } });
      return person;
    };
    const seen = witness();

    await everyCommand(seen, somebody("password", dockerAuth(registryAccount)), NAME, { env });

    const signedIn = newPerson(`${root}/signed-in`);
    signedIn.writeConfig(config);
    const signIn = ["login", NAME, "--username", registryAccount.username, "--password-stdin"];
    await seen.run(signedIn, signIn, 0, { env, input: registryAccount.password });
    await seen.run(signedIn, ["tags", `${NAME}/acme/app`], 0, { env });
    await seen.run(signedIn, ["logout", NAME], 0, { env });
    await seen.run(signedIn, signIn, 4, { env, input: WRONG.password });

    const refresh = tokens.issueRefreshToken();
    await seen.run(signedIn, ["login", NAME, "--identity-token-stdin"], 0, { env, input: refresh });
    const holder = somebody("identity", {
      ...dockerAuth({ username: "", password: "" }),
      identitytoken: refresh,
    });
    await seen.run(holder, ["clone", `${NAME}/acme/app:v1`, `${root}/identity/clone`], 0, { env });

    const read = ["tags", `${NAME}/acme/app`, "--retries", "0"];
    const wrong = somebody("wrong", dockerAuth(WRONG));
    await seen.run(wrong, read, 4, { env });
    const nobody = newPerson(`${root}/nobody`);
    nobody.writeConfig(config);
    const piped = { env, input: WRONG.password };
    await seen.run(nobody, [...read, "--username", WRONG.username, "--password-stdin"], 4, piped);
    await seen.run(nobody, [...read, "--identity-token-stdin"], 4, { env, input: WRONG.password });
    await seen.run(nobody, read, 4, {
      env: { ...env, BALE_USERNAME: WRONG.username, BALE_PASSWORD: WRONG.password },
    });
    await seen.run(nobody, read, 4, { env: { ...env, BALE_TOKEN: WRONG.password } });
    const stranger = newPerson(`${root}/stranger`);
    stranger.writeConfig({
      registries: { [NAME]: { caFile: certificates.caFile, ...certificates.stranger } },
    });
    stranger.writeDockerConfig({ auths: { [NAME]: dockerAuth(registryAccount) } });
    await seen.run(stranger, read, 7, { env });
    const { certFile } = certificates.client;
    const { keyFile } = certificates.stranger;
    await seen.run(stranger, [...read, "--cert-file", certFile, "--key-file", keyFile], 2, { env });
    const insulted = proxy.url.replace(/:[^:@/]+@/, `:${encodeURIComponent(WRONG.password)}@`);
    await seen.run(wrong, read, 7, { env: { HTTPS_PROXY: insulted } });
    using helper = makeBadHelper("secret-on-stderr", { secret: WRONG.password });
    const helped = newPerson(`${root}/helped`);
    helped.writeConfig(config);
    helped.writeDockerConfig({ credsStore: helper.name });
    await seen.run(helped, read, 4, { env: { ...env, ...helper.env } });
    helped.write(".docker/config.json", `{"auths":{"${NAME}":{"auth":"${WRONG.password}"}}`);
    await seen.run(helped, read, 2, { env });
    await proxy.stop();
    await seen.run(wrong, read, 7, { env });

    expect(tokens.issued().length).toBeGreaterThan(10);
    const canaries = [
      ...accountCanaries("password", registryAccount),
      ...accountCanaries("wrong password", WRONG),
      ...accountCanaries("proxy password", PROXY_ACCOUNT),
      canary("refresh token", refresh),
      ...tokens.issued().map((token) => canary("token", token)),
      ...tokens.issued().map((token) => canary("signature of a token", token.split(".").at(-1) ?? token)),
      ...[certificates.client, certificates.stranger].flatMap((files) =>
        keyCanaries("client key", readFileSync(files.keyFile, "utf8")),
      ),
    ];
    expectNoneSeen(seen, canaries, root);
  });
});

describe.skipIf(!serviceOrSkip("docker-registry") || !serviceOrSkip("versitygw"))(
  "signatures of presigned addresses",
  () => {
    it("are in no output and no file, whether the object store answers or not", async () => {
      const root = folder.make("two");
      await using objectStore = await startObjectStore("versitygw");
      await using registry = await startRegistry("docker-registry", {
        variant: "redirect",
        auth: "htpasswd",
        objectStore,
      });
      const person = newPerson(`${root}/person`);
      person.writeDockerConfig({ auths: { [registry.host]: dockerAuth(registryAccount) } });
      const seen = witness();
      await everyCommand(seen, person, registry.host, {});

      // The registry's own reads have to go on.
      const presigned = { method: "GET", target: /X-Amz-Signature=/, times: 100 } as const;
      const answer = (status: number, body: string) =>
        ({ fault: "status", ...presigned, status, body }) as const;
      const echo =
        "<Error><Code>SignatureDoesNotMatch</Code><Message>no: X-Amz-Signature=0123456789abcdef0123</Message><SignatureProvided>0123456789abcdef0123</SignatureProvided></Error>";
      const clone = (name: string) => [
        "clone",
        `${registry.host}/acme/app:v1`,
        `${root}/${name}`,
        "--retries",
        "0",
      ];
      objectStore.setRules([answer(403, echo)]);
      await seen.run(person, clone("denied"), 4);
      objectStore.setRules([answer(500, "")]);
      await seen.run(person, clone("failed"), 7);
      objectStore.setRules([{ fault: "reset", ...presigned }]);
      await seen.run(person, clone("reset"), 7);
      objectStore.setRules([{ fault: "truncate", ...presigned, bytes: 10 }]);
      await seen.run(person, clone("truncated"), 7);
      objectStore.setRules([{ fault: "corrupt", ...presigned }]);
      await seen.run(person, clone("corrupt"), 5);
      const password = "h1dden-in-location";
      objectStore.setRules([
        { fault: "redirect", ...presigned, location: `http://u:${password}@127.0.0.1:1*` },
      ]);
      await seen.run(person, clone("redirected"), 9);

      const signatures = objectStore
        .accessLog()
        .flatMap(({ query }) => new URLSearchParams(query).get("X-Amz-Signature") ?? []);
      expect(signatures.length).toBeGreaterThan(10);
      const canaries = [
        ...signatures.map((signature) => canary("presigned signature", signature)),
        canary("signature in an error", "0123456789abcdef0123"),
        canary("password in a Location", password),
        ...accountCanaries("password", registryAccount),
      ];
      expectNoneSeen(seen, canaries, root);

      // What came through the redirect brought nothing along.
      const redirected = objectStore.accessLog().filter(({ query }) => query.includes("X-Amz-Signature="));
      expect(redirected.filter(({ authScheme, hasCookie }) => authScheme !== undefined || hasCookie)).toEqual(
        [],
      );
    });
  },
);
