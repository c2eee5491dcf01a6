import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  makeCertificates,
  registryAccount,
  serviceOrSkip,
  startObjectStore,
  startPassStore,
  startRegistry,
  startTokenService,
} from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandResult } from "./harness/bale-command.js";
import { newPerson, type Person, type PersonOptions } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

type Kind = "distribution" | "docker-registry";
type Registry = Awaited<ReturnType<typeof startRegistry>>;

/** A registry of one kind, with all that it needs to run. */
interface Bed extends AsyncDisposable {
  readonly registry: Registry;
  /** What the object store behind it was asked. */
  readonly objectLog?: Awaited<ReturnType<typeof startObjectStore>>["accessLog"];
  readonly tokens?: Awaited<ReturnType<typeof startTokenService>>;
}

/** Stops in the order in which it was started, backwards. */
async function stopAll(...running: readonly { readonly stop: () => Promise<void> }[]): Promise<void> {
  for (const one of [...running].reverse()) await one.stop();
}

const beds: Readonly<Record<string, (kind: Kind, folder: ScratchFolder) => Promise<Bed>>> = {
  "an htpasswd file": async (kind) => {
    const registry = await startRegistry(kind, { variant: "htpasswd" });
    return { registry, [Symbol.asyncDispose]: registry.stop };
  },
  "a token service": async (kind) => {
    const tokens = await startTokenService();
    const registry = await startRegistry(kind, { variant: "token", tokens });
    return { registry, tokens, [Symbol.asyncDispose]: () => stopAll(tokens, registry) };
  },
  "TLS and an htpasswd file": async (kind) => {
    const registry = await startRegistry(kind, { variant: "tls", auth: "htpasswd" });
    return { registry, [Symbol.asyncDispose]: registry.stop };
  },
  "TLS and a token service": async (kind, folder) => {
    const certificates = makeCertificates(folder.join(`certificates-${kind}`));
    const tokens = await startTokenService({ certificates });
    const registry = await startRegistry(kind, { variant: "tls", auth: "token", tokens, certificates });
    return { registry, tokens, [Symbol.asyncDispose]: () => stopAll(tokens, registry) };
  },
  "client certificates and an htpasswd file": async (kind) => {
    const registry = await startRegistry(kind, { variant: "mtls", auth: "htpasswd" });
    return { registry, [Symbol.asyncDispose]: registry.stop };
  },
  "redirects to an object store": async (kind) => {
    const objectStore = await startObjectStore("versitygw");
    const registry = await startRegistry(kind, { variant: "redirect", auth: "htpasswd", objectStore });
    return {
      registry,
      objectLog: objectStore.accessLog,
      [Symbol.asyncDispose]: () => stopAll(objectStore, registry),
    };
  },
};

/** Somebody who has set up the registry's certificates, and nothing else. */
function visitor(home: string, { registry, tokens }: Bed): Person {
  const person = newPerson(home);
  if (registry.certificates) {
    const { caFile, client } = registry.certificates;
    const hosts = [registry.host, ...(tokens ? [new URL(tokens.realm).host] : [])];
    const settings = { plainHttp: false, caFile, ...client };
    person.writeConfig({ registries: Object.fromEntries(hosts.map((host) => [host, settings])) });
  }
  return person;
}

const errorOf = (done: CommandResult) => (done.document["error"] ?? {}) as { readonly code?: string };
const login = (person: Person, host: string, password: string, options: PersonOptions = {}) =>
  person.run(["login", host, "--username", registryAccount.username, "--password-stdin"], {
    ...options,
    input: password,
  });

let folder: ScratchFolder;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder?.[Symbol.dispose]());

for (const kind of ["distribution", "docker-registry"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(kind, () => {
    it.each(Object.keys(beds))("with %s: login, push, pull, logout, and no push after that", async (name) => {
      if (name.includes("object store") && !serviceOrSkip("versitygw")) return;
      const bed = await beds[name]?.(kind, folder);
      if (!bed) throw new Error(name);
      await using _ = bed;
      const { host } = bed.registry;
      const root = folder.make(`${kind} ${name}`.replaceAll(" ", "-"));
      const person = visitor(root, bed);
      const config = join(root, ".docker/config.json");
      const source = await person.workspace("source", {
        "a.txt": name,
        "large.bin": Buffer.alloc(600_000, 3),
      });
      const push = (tag: string) => person.run(["push", `${host}/acme/app:${tag}`], { cwd: source });

      // Whoever is nobody gets a token from the service, and may read with it: what is refused then is the push.
      const refusal = [4, bed.tokens ? "DENIED" : "AUTH_FAILED"];
      const before = await push("v0");
      expect([before.exit, errorOf(before).code], before.stdout).toEqual(refusal);
      const wrong = await login(person, host, "wr0ng");
      expect([wrong.exit, errorOf(wrong).code], wrong.stdout).toEqual([4, "AUTH_FAILED"]);
      expect(existsSync(config)).toBe(false);

      const right = await login(person, host, registryAccount.password);
      expect(right.exit, right.stdout).toBe(0);
      expect(statSync(config).mode & 0o777).toBe(0o600);

      const pushed = await push("v1");
      expect(pushed.exit, pushed.stdout).toBe(0);
      const clone = join(root, "clone");
      const cloned = await person.run(["clone", `${host}/acme/app:v1`, clone]);
      expect(cloned.exit, cloned.stdout).toBe(0);
      sameFiles(clone, source);
      const verified = await person.run(["verify", `${host}/acme/app:v1`, "--deep"]);
      expect(verified.exit, verified.stdout).toBe(0);

      const out = await person.run(["logout", host]);
      expect(out.exit, out.stdout).toBe(0);
      expect(readFileSync(config, "utf8")).not.toContain(host);
      const after = await push("v2");
      expect([after.exit, errorOf(after).code], after.stdout).toEqual(refusal);
      const accounts = bed.tokens?.requests().map(({ account }) => account) ?? [];
      expect(accounts.includes(registryAccount.username)).toBe(bed.tokens !== undefined);
      expect(accounts.at(-1)).toBeUndefined();
      if (bed.objectLog) {
        const read = bed.objectLog().filter(({ query }) => query.includes("X-Amz-Signature="));
        expect(
          read.some(({ method, status }) => method === "GET" && status !== undefined && status < 300),
        ).toBe(true);
        expect(read.filter(({ authScheme, hasCookie }) => authScheme !== undefined || hasCookie)).toEqual([]);
        const foreign = bed
          .objectLog()
          .filter(({ authScheme }) => authScheme === "Basic" || authScheme === "Bearer");
        expect(foreign).toEqual([]);
      }
    });

    it.skipIf(!serviceOrSkip("docker-credential-pass"))(
      "with docker-credential-pass: login stores through it, push and pull read it, logout erases it",
      async () => {
        await using store = await startPassStore();
        await using registry = await startRegistry(kind, { variant: "htpasswd" });
        const { host } = registry;
        const root = folder.make(`${kind}-pass`);
        const person = newPerson(root);
        const config = person.writeDockerConfig({ credsStore: "pass", HttpHeaders: { "X-Kept": "1" } });
        const options: PersonOptions = { env: store.env };
        const source = await person.workspace("source", { "a.txt": "a" });

        const wrong = await login(person, host, "wr0ng", options);
        expect(wrong.exit, wrong.stdout).toBe(4);
        expect(await store.list()).toEqual({});
        const right = await login(person, host, registryAccount.password, options);
        expect(right.exit, right.stdout).toBe(0);
        expect(Object.values(await store.list())).toEqual([registryAccount.username]);
        const kept = readFileSync(config, "utf8");
        expect(JSON.parse(kept)).toMatchObject({ credsStore: "pass", HttpHeaders: { "X-Kept": "1" } });
        const { username, password } = registryAccount;
        for (const text of [password, Buffer.from(`${username}:${password}`).toString("base64")])
          expect(kept).not.toContain(text);

        const reference = `${host}/acme/app:v1`;
        const pushed = await person.run(["push", reference], { ...options, cwd: source });
        expect(pushed.exit, pushed.stdout).toBe(0);
        const clone = join(root, "clone");
        const cloned = await person.run(["clone", reference, clone], options);
        expect(cloned.exit, cloned.stdout).toBe(0);
        sameFiles(clone, source);
        // Without the helper's store nobody is signed in: it was the helper that answered.
        const empty = { env: { ...store.env, PASSWORD_STORE_DIR: join(root, "no-store") } };
        expect((await person.run(["tags", `${host}/acme/app`], empty)).exit).toBe(4);

        const out = await person.run(["logout", host], options);
        expect(out.exit, out.stdout).toBe(0);
        expect(await store.list()).toEqual({});
        const refused = await person.run(["push", `${host}/acme/app:v2`], { ...options, cwd: source });
        expect([refused.exit, errorOf(refused).code], refused.stdout).toEqual([4, "AUTH_FAILED"]);
      },
    );
  });
}
