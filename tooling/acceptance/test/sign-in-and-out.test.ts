import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  registryAccount,
  serviceOrSkip,
  startObjectStore,
  startPassStore,
  startRegistry,
  startTokenService,
} from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectDone } from "./harness/expect-done.js";
import { newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const { username, password } = registryAccount;
const FILES = { "a.txt": "a\n", "data/large.bin": Buffer.alloc(2_000_000, 7) };

let folder: ScratchFolder;
let people = 0;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder?.[Symbol.dispose]());
const somebody = (): Person => newPerson(folder.join(`person-${++people}`));

/** Everything that somebody does with a registry that wants to know who asks, from the first refusal to the last. */
async function wholeJob(
  person: Person,
  host: string,
  options: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const { args = [], env = {} } = options;
  const reference = `${host}/acme/app:v1`;
  const source = await person.workspace("source", FILES);
  const signIn = (secret: string) =>
    person.run(["login", host, "--username", username, "--password-stdin", ...args], { input: secret, env });

  const push = (tag: string) =>
    person.run(["push", "-u", `${host}/acme/app:${tag}`, ...args], { cwd: source, env });
  expect((await push("v1")).exit).toBe(4);
  expect((await signIn("wrong")).exit).toBe(4);
  expect((await push("v1")).exit).toBe(4);
  expect(expectDone(await signIn(password))).toMatchObject({ checked: true });
  expectDone(await push("v1"));
  const target = join(person.home, "clone");
  expectDone(await person.run(["clone", reference, target, ...args], { env }));
  sameFiles(target, source);
  expectDone(await person.run(["pull", ...args], { cwd: target, env }));
  expectDone(await person.run(["logout", host, ...args], { env }));
  expect((await push("v2")).exit).toBe(4);
}

describe.each(["distribution", "docker-registry"] as const)("%s", (kind) => {
  describe.skipIf(!serviceOrSkip(kind))("from login to logout", () => {
    it("with a file of user names", async () => {
      await using registry = await startRegistry(kind, { variant: "htpasswd" });
      const person = somebody();
      await wholeJob(person, registry.host);
      const file = join(person.home, ".docker/config.json");
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).not.toContain(registry.host);
    });

    it("with a token service", async () => {
      await using tokens = await startTokenService({});
      await using registry = await startRegistry(kind, { variant: "token", tokens });
      await wholeJob(somebody(), registry.host, { args: ["--insecure"] });
      expect(tokens.requests().length).toBeGreaterThan(0);
    });

    it("with TLS of its own authority, and with client certificates", async () => {
      for (const variant of ["tls", "mtls"] as const) {
        await using registry = await startRegistry(kind, { variant, auth: "htpasswd" });
        const { certificates } = registry;
        if (!certificates) throw new Error("a registry with TLS has certificates");
        const { caFile, client } = certificates;
        const pair = ["--cert-file", client.certFile, "--key-file", client.keyFile];
        const person = somebody();
        // Registries of this machine speak http unless somebody says otherwise.
        person.writeConfig({ registries: { [registry.host]: { plainHttp: false } } });
        await wholeJob(person, registry.host, {
          args: ["--ca-file", caFile, ...(variant === "mtls" ? pair : [])],
        });
      }
    });
  });

  describe.skipIf(!serviceOrSkip(kind) || !serviceOrSkip("versitygw"))(
    "behind which is an object store",
    () => {
      it("leads there without its own credentials: no Authorization, no cookie", async () => {
        await using objectStore = await startObjectStore("versitygw");
        await using registry = await startRegistry(kind, {
          variant: "redirect",
          auth: "htpasswd",
          objectStore,
        });
        await wholeJob(somebody(), registry.host);
        const fetched = objectStore.accessLog().filter(({ query }) => query.includes("X-Amz-Signature="));
        expect(fetched.length).toBeGreaterThan(0);
        for (const { authScheme, hasCookie } of fetched)
          expect([authScheme, hasCookie]).toEqual([undefined, false]);
      });
    },
  );
});

describe.skipIf(!serviceOrSkip("docker-credential-pass") || !serviceOrSkip("distribution"))(
  "docker-credential-pass",
  () => {
    it("keeps what login stores, encrypted, serves pushes and pulls, and forgets it at logout", async () => {
      await using pass = await startPassStore();
      await using registry = await startRegistry("distribution", { variant: "htpasswd" });
      const person = somebody();
      const file = person.writeDockerConfig({ credsStore: "pass", unknown: { kept: true } });
      const env = { ...pass.env };
      await wholeJob(person, registry.host, { env });
      const stored = await person.run(["login", registry.host, "--username", username, "--password-stdin"], {
        input: password,
        env,
      });
      expect(expectDone(stored)).toMatchObject({ encrypted: true });
      expect(Object.entries(await pass.list())).toEqual([[expect.stringContaining(registry.host), username]]);
      const config = readFileSync(file, "utf8");
      expect(config).not.toContain(Buffer.from(`${username}:${password}`).toString("base64"));
      expect(JSON.parse(config)).toMatchObject({ credsStore: "pass", unknown: { kept: true } });
      expectDone(await person.run(["logout", registry.host], { env }));
      expect(await pass.list()).toEqual({});
    });
  },
);
