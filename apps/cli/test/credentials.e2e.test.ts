import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentSuffix } from "@bale/auth";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bale } from "./bundle.js";
import { type InProcessOptions, runInProcess } from "./in-process.js";
import { temporaryFolder, writeFiles } from "./temporary-folder.js";

const SECRET = "s3cret-w0rd-of-alice";
const WRONG = "n0t-the-w0rd";
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startTestRegistry({
    auth: { scheme: "bearer", users: { alice: SECRET }, refreshTokens: { "identity-t0ken": "alice" } },
  });
});
afterAll(async () => {
  await registry.close();
});

const ping = (options: Omit<InProcessOptions, "cwd">, ...args: string[]) =>
  runInProcess(["registry", "ping", registry.host, ...args, "--json", "-vv", "--debug"], {
    cwd: "/",
    ...options,
  });

function signedIn(result: {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}): unknown {
  for (const secret of [SECRET, WRONG, "identity-t0ken", Buffer.from(`alice:${SECRET}`).toString("base64")])
    expect(`${result.stdout}${result.stderr}`).not.toContain(secret);
  return (JSON.parse(result.stdout) as { authenticated?: boolean }).authenticated;
}

describe("credentials", () => {
  it("come from a pipe, with a user name", async () => {
    expect(signedIn(await ping({ input: `${SECRET}\n` }, "-u", "alice", "--password-stdin"))).toBe(true);
  });

  it("come from a pipe as an identity token", async () => {
    expect(signedIn(await ping({ input: "identity-t0ken" }, "--identity-token-stdin"))).toBe(true);
  });

  it("come from variables, for the registry that is named or for one host", async () => {
    expect(signedIn(await ping({ env: { BALE_USERNAME: "alice", BALE_PASSWORD: SECRET } }))).toBe(true);
    const suffix = environmentSuffix(registry.host);
    expect(
      signedIn(
        await ping({ env: { [`BALE_USERNAME_${suffix}`]: "alice", [`BALE_PASSWORD_${suffix}`]: SECRET } }),
      ),
    ).toBe(true);
  });

  it("come from a file in Docker's form", async () => {
    const file = join(temporaryFolder(), "config.json");
    writeFileSync(
      file,
      JSON.stringify({
        auths: { [registry.host]: { auth: Buffer.from(`alice:${SECRET}`).toString("base64") } },
      }),
    );
    expect(signedIn(await ping({}, "--registry-config", file))).toBe(true);
    expect(signedIn(await ping({ env: { BALE_REGISTRY_CONFIG: file } }))).toBe(true);
  });

  it("that are wrong or missing exit 4, and no output shows them", async () => {
    const wrong = await ping({ input: WRONG }, "-u", "alice", "--password-stdin");
    signedIn(wrong);
    const root = temporaryFolder();
    writeFiles(root, { "a.txt": "a" });
    await runInProcess(["init"], { cwd: root });
    await runInProcess(["add", "."], { cwd: root });
    const env = { BALE_USERNAME: "alice", BALE_PASSWORD: WRONG };
    const push = await runInProcess(["push", "-u", `${registry.host}/acme/app:v1`, "--debug", "-vv"], {
      cwd: root,
      env,
    });
    expect(push.exit).toBe(4);
    expect(push.stderr).toContain("[AUTH_FAILED]");
    expect(push.stderr).not.toContain(WRONG);
  });

  it("in general variables are not for a registry that only bale.yaml names", async () => {
    const root = temporaryFolder();
    writeFiles(root, { "a.txt": "a", "bale.yaml": `ref: ${registry.host}/acme/app:v1\n` });
    await runInProcess(["init"], { cwd: root });
    await runInProcess(["add", "."], { cwd: root });
    const env = { BALE_USERNAME: "alice", BALE_PASSWORD: SECRET };
    registry.auth.clearAsked();
    expect(await runInProcess(["push"], { cwd: root, env })).toMatchObject({ exit: 4 });
    expect(registry.auth.asked.map(({ user }) => user)).not.toContain("alice");
    expect(await runInProcess(["push", `${registry.host}/acme/app:v1`], { cwd: root, env })).toMatchObject({
      exit: 0,
    });
    // Now it is the upstream that this user pushed to.
    writeFiles(root, { "a.txt": "b" });
    expect(await runInProcess(["push"], { cwd: root, env })).toMatchObject({ exit: 0 });
  });

  it.each([
    [["--username", "alice"], "--password-stdin"],
    [["--password-stdin"], "--username"],
    [["--password-stdin", "--identity-token-stdin"], "one secret"],
    [["--username", "alice", "--password-stdin"], "nothing on stdin"],
  ])("given as %j are refused with what is missing", async (args, expected) => {
    const { exit, stderr } = await runInProcess(["registry", "ping", registry.host, ...args], { cwd: "/" });
    expect(exit).toBe(2);
    expect(stderr).toContain(expected);
  });

  it("have no flag that would put a password on the command line", async () => {
    expect(await runInProcess(["push", "--password", SECRET], { cwd: "/" })).toMatchObject({ exit: 2 });
  });

  it("of the source of a copy are its own", async () => {
    await using other = await startTestRegistry({ auth: { scheme: "basic", users: { bob: WRONG } } });
    const root = temporaryFolder();
    writeFiles(root, { "a.txt": "a" });
    await bale(["init"], { cwd: root });
    await bale(["add", "."], { cwd: root });
    const suffix = environmentSuffix(registry.host);
    const env = { [`BALE_USERNAME_${suffix}`]: "alice", [`BALE_PASSWORD_${suffix}`]: SECRET };
    const source = `${registry.host}/acme/source:v1`;
    expect(await bale(["push", "-u", source], { cwd: root, env })).toMatchObject({ exit: 0 });
    const destination = `${other.host}/acme/copied:v1`;
    const copied = await bale(
      ["copy", source, destination, "--from-username", "alice", "--from-password-stdin", "--json"],
      {
        cwd: root,
        input: SECRET,
        env: { BALE_USERNAME: "bob", BALE_PASSWORD: WRONG },
      },
    );
    expect(copied).toMatchObject({ exit: 0 });
    expect(JSON.parse(copied.stdout)).toMatchObject({ outcome: "copied" });
  });
});
