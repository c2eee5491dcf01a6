import { type AuthOptions, type FaultRule, startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dockerAuth, newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const ACCOUNT = { username: "ann", password: "c0rrect:h0rse" };
const FILES = { "code/a.txt": "a\n", "b.bin": Buffer.alloc(200_000, 7) };
const BLOBS = /\/blobs\/sha256:/;

/** What goes wrong while a bundle is cloned or pushed, and how the command ends. */
interface Row {
  readonly row: 49 | 50 | 51 | 52;
  readonly name: string;
  readonly command?: "push";
  readonly auth?: Partial<AuthOptions>;
  readonly fault?: (registry: TestRegistry) => FaultRule;
  /** Whose credentials are there: Ann's, wrong ones, or none. */
  readonly who?: "wrong" | "nobody";
  readonly exit: 0 | 4 | 7;
  readonly code?: string;
  readonly says?: RegExp;
  /** Most requests for tokens. */
  readonly tokens?: number;
}

const revoke =
  (method: string, path: RegExp, skip = 0) =>
  (registry: TestRegistry): FaultRule => ({
    method,
    path,
    skip,
    action: { kind: "run", run: () => registry.auth.revokeTokens() },
  });

const rows: readonly Row[] = [
  { row: 49, name: "401 at the start", exit: 0, tokens: 1 },
  {
    row: 49,
    name: "401 at the start, and nobody is signed in",
    who: "nobody",
    exit: 4,
    code: "AUTH_FAILED",
    says: /wants credentials/,
  },
  {
    row: 49,
    name: "401 at the start, and the password is wrong",
    who: "wrong",
    exit: 4,
    code: "AUTH_FAILED",
    says: /did not accept the credentials of ann/,
  },
  { row: 49, name: "401 before a manifest", fault: revoke("GET", /\/manifests\/sha256/), exit: 0, tokens: 2 },
  { row: 49, name: "401 between blobs", fault: revoke("GET", BLOBS, 2), exit: 0, tokens: 2 },
  {
    row: 49,
    name: "401 before an upload's body",
    command: "push",
    fault: revoke("PUT", /\/blobs\/uploads\//),
    exit: 0,
    tokens: 3,
  },
  {
    row: 49,
    name: "401 before the tag",
    command: "push",
    fault: revoke("PUT", /\/manifests\/v/),
    exit: 0,
    tokens: 3,
  },
  {
    row: 49,
    name: "a token that lives for a second, while an answer takes longer",
    auth: { tokenSeconds: 1 },
    fault: () => ({ method: "GET", path: BLOBS, action: { kind: "delay", milliseconds: 1_500 } }),
    exit: 0,
  },
  {
    row: 50,
    name: "the token service asks to wait, once",
    auth: { tokenFailure: { times: 1, status: 429, retryAfter: "1" } },
    exit: 0,
    tokens: 2,
  },
  {
    row: 50,
    name: "the token service asks to wait for ever",
    auth: { tokenFailure: { times: 0, status: 429, retryAfter: "1" } },
    exit: 7,
    code: "AUTH_SERVICE",
    says: /no token for HOST from HOST/,
  },
  {
    row: 50,
    name: "the token service fails once",
    auth: { tokenFailure: { times: 1, status: 500 } },
    exit: 0,
    tokens: 2,
  },
  {
    row: 50,
    name: "the token service fails always",
    auth: { tokenFailure: { times: 0, status: 503 } },
    exit: 7,
    code: "AUTH_SERVICE",
    says: /no token for HOST from HOST/,
  },
  {
    row: 50,
    name: "the token service is silent",
    auth: { tokenDelayMilliseconds: 60_000 },
    exit: 7,
    code: "AUTH_SERVICE",
    says: /from HOST.*silent/,
  },
  {
    row: 50,
    name: "the token service answers rubbish",
    auth: { tokenBody: "<html>" },
    exit: 7,
    code: "AUTH_SERVICE",
    says: /not JSON/,
    tokens: 1,
  },
  {
    row: 50,
    name: "the token service answers an empty object",
    auth: { tokenBody: "{}" },
    exit: 7,
    code: "AUTH_SERVICE",
    says: /no token/,
    tokens: 1,
  },
  {
    row: 50,
    name: "the token service answers a token that is no text",
    auth: { tokenBody: '{"token":[1]}' },
    exit: 7,
    code: "AUTH_SERVICE",
    tokens: 1,
  },
  { row: 50, name: "the token is in access_token", auth: { tokenField: "access_token" }, exit: 0, tokens: 1 },
  { row: 50, name: "the token is in token", auth: { tokenField: "token" }, exit: 0, tokens: 1 },
  { row: 50, name: "the token is in both fields", auth: { tokenField: "both" }, exit: 0, tokens: 1 },
  {
    row: 50,
    name: "the token service refuses the account",
    auth: { tokenFailure: { times: 0, status: 401 } },
    exit: 4,
    code: "AUTH_FAILED",
    tokens: 1,
  },
  {
    row: 50,
    name: "the token service forbids",
    auth: { tokenFailure: { times: 0, status: 403 } },
    exit: 4,
    code: "DENIED",
    tokens: 1,
  },
  {
    row: 51,
    name: "the token allows less: no push",
    command: "push",
    auth: { deny: /:push$/ },
    exit: 4,
    code: "DENIED",
    says: /push denied for HOST\/acme\/app as ann/,
    tokens: 3,
  },
  {
    row: 51,
    name: "the token allows nothing",
    auth: { deny: /./ },
    exit: 4,
    code: "DENIED",
    says: /pull denied for HOST\/acme\/app as ann/,
    tokens: 2,
  },
  {
    row: 51,
    name: "403 in spite of a good password",
    command: "push",
    auth: { scheme: "basic", deny: /:push$/ },
    exit: 4,
    code: "DENIED",
    says: /push denied for HOST\/acme\/app as ann/,
  },
  {
    row: 52,
    name: "401 for ever, with tokens",
    auth: { endless: true },
    exit: 4,
    code: "AUTH_FAILED",
    tokens: 2,
  },
  {
    row: 52,
    name: "401 for ever, with a password",
    auth: { scheme: "basic", endless: true },
    exit: 4,
    code: "AUTH_FAILED",
  },
  {
    row: 52,
    name: "401 for ever, on a push",
    command: "push",
    auth: { endless: true },
    exit: 4,
    code: "AUTH_FAILED",
    tokens: 2,
  },
];

describe("sign-in that goes wrong", () => {
  let folder: ScratchFolder;
  let registry: TestRegistry;
  let people: Readonly<Record<"ann" | "wrong" | "nobody", Person>>;
  let source: string;

  beforeAll(async () => {
    folder = scratchFolder();
    registry = await startTestRegistry({
      auth: { scheme: "bearer", users: { [ACCOUNT.username]: ACCOUNT.password } },
    });
    const [ann, wrong, nobody] = ["ann", "wrong", "nobody"].map((name) => newPerson(folder.join(name)));
    if (!ann || !wrong || !nobody) throw new Error("nobody is there");
    people = { ann, wrong, nobody };
    ann.writeDockerConfig({ auths: { [registry.host]: dockerAuth(ACCOUNT) } });
    wrong.writeDockerConfig({ auths: { [registry.host]: dockerAuth({ ...ACCOUNT, password: "wr0ng" }) } });
    source = await ann.workspace("source", FILES);
    expect(await ann.run(["push", `${registry.host}/acme/app:v1`], { cwd: source })).toMatchObject({
      exit: 0,
    });
  });
  afterAll(async () => {
    await registry?.close();
    folder?.[Symbol.dispose]();
  });
  beforeEach(() => {
    registry.clearFaults();
    registry.auth.configure(undefined);
    registry.auth.configure({ scheme: "bearer", users: { [ACCOUNT.username]: ACCOUNT.password } });
    registry.auth.clearAsked();
    registry.clearLog();
  });

  it.each(rows.map((row, number) => [row.row, row.name, row, number] as const))(
    "row %i: %s",
    async (_, __, row, number) => {
      if (row.auth) registry.auth.configure(row.auth);
      const fault = row.fault && registry.addFault(row.fault(registry));
      const person = people[row.who ?? "ann"];
      const limits = ["--retries", "1", "--timeout", "2s"];
      const target = folder.join(`clone-${number}`);
      const done =
        row.command === "push"
          ? await person.run(["push", `${registry.host}/acme/app:v${number}`, ...limits], {
              cwd: await person.workspace(`push-${number}`, { ...FILES, "new.txt": String(number) }),
            })
          : await person.run(["clone", `${registry.host}/acme/app:v1`, target, ...limits]);

      expect(done.exit, done.stdout).toBe(row.exit);
      const error = done.document["error"] as { readonly code: string } | undefined;
      expect(error?.code).toBe(row.code);
      const said = JSON.stringify(error ?? {}).replaceAll(registry.host, "HOST");
      expect(said).toMatch(row.says ?? /./);
      if (row.exit === 0 && row.command === undefined) sameFiles(target, source);
      if (fault) expect(fault.hits).toBeGreaterThan(0);
      if (row.tokens !== undefined) expect(registry.auth.asked.length).toBeLessThanOrEqual(row.tokens);

      // No loop: a request is made again once at most for each reason, and never a third time.
      const tries = new Map<string, number>();
      for (const { method, path, status } of registry.log)
        if (status === 401) tries.set(`${method} ${path}`, (tries.get(`${method} ${path}`) ?? 0) + 1);
      expect([...tries].filter(([, count]) => count > 2)).toEqual([]);
      expect(`${done.stdout}${done.stderr}`).not.toContain(ACCOUNT.password);
    },
  );
});
