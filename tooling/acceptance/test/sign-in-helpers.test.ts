import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { makeBadHelper } from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dockerAuth, newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const ACCOUNT = { username: "ann", password: "c0rrect:h0rse" };
const SECRET = "s3cret-of-the-helper";

describe("credentials from other programs and files", () => {
  let folder: ScratchFolder;
  let registry: TestRegistry;
  let ann: Person;
  let source: string;
  let count = 0;

  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startTestRegistry({
      auth: {
        scheme: "bearer",
        users: { [ACCOUNT.username]: ACCOUNT.password },
        refreshTokens: { [SECRET]: ACCOUNT.username },
      },
    });
    ann = newPerson(folder.join("ann"));
    ann.writeDockerConfig({ auths: { [registry.host]: dockerAuth(ACCOUNT) } });
    source = await ann.workspace("source", { "a.txt": "a\n" });
    expect(await ann.run(["push", `${registry.host}/acme/app:v1`], { cwd: source })).toMatchObject({
      exit: 0,
    });
  });
  afterAll(async () => {
    await registry?.close();
    folder?.[Symbol.dispose]();
  });
  beforeEach(() => {
    registry.auth.clearAsked();
    registry.clearLog();
    count += 1;
  });

  const clone = (person: Person, env: NodeJS.ProcessEnv = {}) =>
    person.run(["clone", `${registry.host}/acme/app:v1`, folder.join(`clone-${count}`), "--debug", "-vv"], {
      env,
    });
  const codeOf = (done: { readonly document: Readonly<Record<string, unknown>> }) =>
    (done.document["error"] as { readonly code: string } | undefined)?.code;
  /** Schemes of the credentials that were sent to the registry and its token service. */
  const sent = () =>
    registry.log.flatMap(({ authorization }) => (authorization === undefined ? [] : [authorization]));

  describe("row 53: a helper that", () => {
    it.each([
      ["missing", 4, "CREDENTIAL_HELPER", /docker-credential-missing/],
      ["hang", 4, "CREDENTIAL_HELPER", /docker-credential-hang.*30 s/],
      ["flood", 4, "CREDENTIAL_HELPER", /docker-credential-flood/],
      ["rubbish", 4, "CREDENTIAL_HELPER", /docker-credential-rubbish/],
      ["secret-on-stderr", 4, "CREDENTIAL_HELPER", /docker-credential-secret-on-stderr/],
      ["closes-stdin", 4, "AUTH_FAILED", /wants credentials/],
      ["empty", 4, "AUTH_FAILED", /wants credentials/],
      ["token-user", 0, undefined, /./],
    ] as const)("is '%s' ends in %i", async (kind, exit, code, says) => {
      using helper = makeBadHelper(kind, { secret: SECRET });
      const person = newPerson(folder.join(`person-${count}`));
      // The account in the same file must not be used in place of what the helper did not say.
      person.writeDockerConfig({ credsStore: helper.name, auths: { "quay.io": dockerAuth(ACCOUNT) } });
      const started = Date.now();
      const done = await clone(person, helper.env);
      expect(done.exit, done.stdout).toBe(exit);
      expect(codeOf(done)).toBe(code);
      expect(JSON.stringify(done.document)).toMatch(says);
      expect(Date.now() - started).toBeLessThan(45_000);
      expect(helper.calls()).toEqual(kind === "missing" ? [] : ["get"]);
      for (const text of [done.stdout, done.stderr]) expect(text).not.toContain(SECRET);
      if (exit === 0) {
        sameFiles(folder.join(`clone-${count}`), source);
        expect(registry.auth.asked.map(({ grantType, user }) => [grantType, user])).toEqual([
          ["refresh_token", ACCOUNT.username],
        ]);
      } else if (code === "CREDENTIAL_HELPER") expect(sent()).toEqual([]);
    });

    it.each(["missing", "rubbish", "secret-on-stderr", "flood"] as const)(
      "is '%s' makes a login fail, and the password goes nowhere else",
      async (kind) => {
        using helper = makeBadHelper(kind, { secret: SECRET });
        const person = newPerson(folder.join(`person-${count}`));
        const file = person.writeDockerConfig({ credsStore: helper.name });
        const before = readFileSync(file, "utf8");
        const args = ["login", registry.host, "--username", ACCOUNT.username, "--password-stdin", "--debug"];
        const done = await person.run(args, { input: ACCOUNT.password, env: helper.env });
        expect([done.exit, codeOf(done)], done.stdout).toEqual([4, "CREDENTIAL_HELPER"]);
        expect(readFileSync(file, "utf8")).toBe(before);
        for (const secret of [SECRET, ACCOUNT.password])
          expect(done.stdout + done.stderr).not.toContain(secret);
      },
    );

    it.each(["../../bin/evil", "a;b", "a b", "$(id)", "-x"])("is called %j is not run", async (name) => {
      const person = newPerson(folder.join(`person-${count}`));
      person.writeDockerConfig({ credHelpers: { [registry.host]: name } });
      const done = await clone(person);
      expect([done.exit, codeOf(done)]).toEqual([4, "CREDENTIAL_HELPER"]);
      expect(sent()).toEqual([]);
    });

    it("fails does not make another source answer for the registry", async () => {
      using helper = makeBadHelper("rubbish");
      const person = newPerson(folder.join(`person-${count}`));
      person.writeDockerConfig({
        credHelpers: { [registry.host]: helper.name },
        auths: { [registry.host]: dockerAuth(ACCOUNT) },
      });
      const done = await clone(person, helper.env);
      expect([done.exit, codeOf(done), sent()]).toEqual([4, "CREDENTIAL_HELPER", []]);
    });
  });

  describe("row 54: a file of Docker's that", () => {
    const entry = (value: unknown): string => JSON.stringify({ auths: { [registry.host]: value } });

    it.each([
      ["is cut off", (): string => '{"auths": {', "CONFIG_INVALID"],
      ["is no object", (): string => "[1]", "CONFIG_INVALID"],
      ["has rubbish for an account", (): string => entry({ auth: "%%%not base64%%%" }), "CONFIG_INVALID"],
      [
        "has an account without a colon",
        (): string => entry({ auth: Buffer.from(SECRET).toString("base64") }),
        "CONFIG_INVALID",
      ],
      ["has a list for an account", (): string => entry([SECRET]), "CONFIG_INVALID"],
    ] as const)("%s is named, not shown, and left as it is", async (_, content, code) => {
      const person = newPerson(folder.join(`person-${count}`));
      const file = person.write(".docker/config.json", content());
      const done = await clone(person);
      expect([done.exit, codeOf(done)], done.stdout).toEqual([2, code]);
      expect(JSON.stringify(done.document)).toContain(file);
      for (const text of [done.stdout, done.stderr]) expect(text).not.toMatch(/not base64%|s3cret/);
      expect(readFileSync(file, "utf8")).toBe(content());
      expect(sent()).toEqual([]);
    });

    it("is cut off is not written to by login and logout", async () => {
      const person = newPerson(folder.join(`person-${count}`));
      const file = person.write(".docker/config.json", '{"auths": {');
      const args = ["login", registry.host, "--username", ACCOUNT.username, "--password-stdin"];
      const done = await person.run(args, { input: ACCOUNT.password });
      expect([done.exit, codeOf(done)], done.stdout).toEqual([2, "CONFIG_INVALID"]);
      expect((await person.run(["logout", registry.host])).exit).toBe(2);
      expect(readFileSync(file, "utf8")).toBe('{"auths": {');
      expect(done.stdout + done.stderr).not.toContain(ACCOUNT.password);
    });

    it("is empty counts as one that is not there, as for docker", async () => {
      const person = newPerson(folder.join(`person-${count}`));
      person.write(".docker/config.json", "");
      expect(codeOf(await clone(person))).toBe("AUTH_FAILED");
    });

    it("cannot be read is named", async () => {
      const person = newPerson(folder.join(`person-${count}`));
      // A folder cannot be read as a file by anybody, root included.
      mkdirSync(join(person.home, ".docker/config.json"), { recursive: true });
      const done = await clone(person);
      expect([done.exit, codeOf(done)], done.stdout).toEqual([2, "CONFIG_INVALID"]);
      expect(sent()).toEqual([]);
    });

    it("has an identity token signs in with it", async () => {
      const person = newPerson(folder.join(`person-${count}`));
      person.writeDockerConfig({
        auths: {
          [registry.host]: { ...dockerAuth({ username: "ann", password: "" }), identitytoken: SECRET },
        },
      });
      expect(await clone(person)).toMatchObject({ exit: 0 });
      expect(registry.auth.asked.map(({ grantType }) => grantType)).toEqual(["refresh_token"]);
    });

    it("has nothing to say about the registry leaves it to be asked without credentials", async () => {
      const person = newPerson(folder.join(`person-${count}`));
      person.writeDockerConfig({
        auths: { "ghcr.io": dockerAuth(ACCOUNT), [`${registry.host}.example`]: dockerAuth(ACCOUNT) },
      });
      expect(codeOf(await clone(person))).toBe("AUTH_FAILED");
      expect(sent()).toEqual([]);
    });
  });
});
