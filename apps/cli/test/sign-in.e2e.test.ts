import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCertificate, type TestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { config, home, registryWith } from "./registries.js";
import { checkDocument } from "./schemas/check-document.js";
import { FILE, helper, login, run, SECRET, stored, TOKEN, USERS, WRONG } from "./sign-in.js";

const authority = createTestCertificate({ commonName: "authority", authority: true });
const secured = createTestCertificate({ issuer: authority });

describe.each(["bearer", "basic"] as const)("signing in to a registry with %s", (scheme) => {
  const guarded = () => registryWith({ auth: { scheme, ...USERS }, tls: secured });
  const at = (registry: TestRegistry, more: Readonly<Record<string, string>> = {}): string =>
    home({
      ...config(`registries: { "${registry.host}": { plainHttp: false } }\ncaFile: ca.pem\n`),
      "ca.pem": authority.cert,
      ...more,
    });

  it("lets push and pull, until one signs out", async () => {
    const registry = await guarded();
    const cwd = at(registry, { "a.txt": "a\n", [FILE]: '{"psFormat": "x", "auths": {"quay.io": {}}}' });
    const reference = `${registry.host}/acme/app:v1`;
    await run(cwd, ["init"]);
    await run(cwd, ["add", "a.txt"]);
    expect((await run(cwd, ["push", "-u", reference])).exit).toBe(4);
    const signed = await login(cwd, registry.host, `${SECRET}\n`);
    expect(signed).toMatchObject({ exit: 0 });
    expect(signed.stdout).toBe(`signed in to ${registry.host} as alice\n  stored in  ${join(cwd, FILE)}\n`);
    expect(signed.stderr).toContain("stored unencrypted");
    expect((await run(cwd, ["push", "-u", reference])).exit).toBe(0);
    const elsewhere = join(cwd, "elsewhere");
    expect((await run(cwd, ["clone", reference, elsewhere])).exit).toBe(0);
    expect(readFileSync(join(elsewhere, "a.txt"), "utf8")).toBe("a\n");
    const out = await run(cwd, ["logout", registry.host]);
    expect(out).toMatchObject({
      exit: 0,
      stdout: `signed out of ${registry.host}\n  removed from  ${join(cwd, FILE)}\n`,
    });
    expect(JSON.parse(readFileSync(join(cwd, FILE), "utf8"))).toEqual({
      psFormat: "x",
      auths: { "quay.io": {} },
    });
    expect((await run(cwd, ["tags", `${registry.host}/acme/app`])).exit).toBe(4);
  });

  it("stores it for the user's eyes only, as docker does", async () => {
    const registry = await guarded();
    const cwd = at(registry);
    await login(cwd, registry.host, SECRET);
    expect(statSync(join(cwd, FILE)).mode & 0o777).toBe(0o600);
    expect(stored(cwd)).toEqual({
      [registry.host]: { auth: Buffer.from(`alice:${SECRET}`).toString("base64") },
    });
  });

  it("stores nothing that the registry refuses", async () => {
    const registry = await guarded();
    const cwd = at(registry);
    const refused = await login(cwd, registry.host, WRONG);
    expect(refused).toMatchObject({ exit: 4, stdout: "" });
    expect(refused.stderr).toContain("did not accept the credentials of alice");
    expect(refused.stderr).toContain("[AUTH_FAILED]");
    expect(refused.stderr).not.toContain(WRONG);
    expect(stored(cwd)).toBeUndefined();
  });

  it("stores nothing where the certificate is not accepted", async () => {
    const registry = await guarded();
    const cwd = home(config(`registries: { "${registry.host}": { plainHttp: false } }\n`));
    const untrusted = await login(cwd, registry.host, SECRET);
    expect(untrusted).toMatchObject({ exit: 7 });
    expect(untrusted.stderr).toContain("[TLS]");
    expect(registry.log).toEqual([]);
    expect(stored(cwd)).toBeUndefined();
  });
});

describe("signing in", () => {
  const guarded = (more = {}) => registryWith({ auth: { scheme: "bearer", ...USERS, ...more } });

  it("stores nothing where nobody answers, or something else does", async () => {
    const cwd = home();
    const gone = await login(cwd, "127.0.0.1:1", SECRET);
    expect(gone).toMatchObject({ exit: 7, stderr: expect.stringContaining("nothing was stored") });
    const registry = await guarded();
    registry.addFault({ times: 0, action: { kind: "status", status: 404 } });
    const other = await login(cwd, registry.host, SECRET);
    expect(other).toMatchObject({ exit: 10, stderr: expect.stringContaining("is no registry") });
    registry.clearFaults();
    registry.auth.configure({ tokenFailure: { times: 0, status: 503 } });
    expect(await login(cwd, registry.host, SECRET)).toMatchObject({ exit: 7 });
    expect(stored(cwd)).toBeUndefined();
  });

  it("with an identity token trades it for tokens, and stores it as such", async () => {
    const registry = await guarded({ refreshTokens: { [TOKEN]: "alice" } });
    const cwd = home();
    const args = ["login", registry.host, "--identity-token-stdin"];
    expect((await run(cwd, args, { input: WRONG })).exit).toBe(4);
    expect(stored(cwd)).toBeUndefined();
    const signed = await run(cwd, [...args, "--json"], { input: `${TOKEN}\n` });
    expect(signed.exit).toBe(0);
    expect(checkDocument("login", signed.stdout)).toMatchObject({
      host: registry.host,
      kind: "identity-token",
      checked: true,
      encrypted: false,
    });
    expect(stored(cwd)).toEqual({ [registry.host]: { identitytoken: TOKEN } });
    expect(registry.auth.asked.at(-1)).toMatchObject({ grantType: "refresh_token", user: "alice" });
    expect((await run(cwd, ["registry", "ping", registry.host])).exit).toBe(0);
  });

  it("never asks a service for a lasting token in place of the password", async () => {
    const registry = await guarded();
    await login(home(), registry.host, SECRET);
    expect(registry.log.map(({ path }) => path).join()).not.toContain("offline");
  });

  it("says what it cannot check, where a registry asks nobody", async () => {
    const registry = await registryWith();
    const cwd = home();
    const signed = await login(cwd, registry.host, SECRET, "--json");
    expect(checkDocument("login", signed.stdout)).toMatchObject({ checked: false });
    expect((await login(cwd, registry.host, SECRET)).stdout).toContain("lets everybody in");
  });

  it("stores with the helper of the registry, before the one for all", async () => {
    const registry = await guarded();
    const names = { credsStore: "none", credHelpers: { [registry.host]: "own" } };
    const cwd = home({ [FILE]: JSON.stringify(names) });
    const env = helper(cwd, "own");
    const signed = await run(cwd, ["login", registry.host, "-u", "alice", "--password-stdin", "--json"], {
      env,
      input: SECRET,
    });
    expect(signed).toMatchObject({ exit: 0, stderr: expect.not.stringContaining("unencrypted") });
    expect(checkDocument("login", signed.stdout)).toMatchObject({
      stored: { kind: "helper", helper: "own" },
      encrypted: true,
    });
    expect(JSON.parse(readFileSync(join(cwd, FILE), "utf8"))).toEqual(names);
    expect((await run(cwd, ["registry", "ping", registry.host], { env })).stdout).toContain(
      "as alice (docker-credential-own)",
    );
    const out = await run(cwd, ["logout", registry.host, "--json"], { env });
    expect(checkDocument("logout", out.stdout)).toMatchObject({
      removed: [{ kind: "helper", helper: "own" }],
      remaining: [],
    });
    expect((await run(cwd, ["registry", "ping", registry.host], { env })).exit).toBe(4);
  });

  it.each([
    ["is not there", undefined],
    ["fails", "#!/bin/sh\ncat; exit 1\n"],
  ])("stores nothing when the helper %s, and names it", async (_what, script) => {
    const registry = await guarded();
    const cwd = home({ [FILE]: '{"credsStore":"broken"}' });
    const env = script === undefined ? { HOME: cwd, PATH: "/usr/bin:/bin" } : helper(cwd, "broken", script);
    const args = ["login", registry.host, "-u", "alice", "--password-stdin"];
    const failed = await run(cwd, args, { env, input: SECRET });
    expect(failed.exit).toBe(4);
    expect(failed.stderr).toContain("[CREDENTIAL_HELPER]");
    expect(failed.stderr).toContain("docker-credential-broken");
    expect(readFileSync(join(cwd, FILE), "utf8")).toBe('{"credsStore":"broken"}');
  });

  it("stores in the file that is named", async () => {
    const registry = await guarded();
    const cwd = home();
    expect(await login(cwd, registry.host, SECRET, "--registry-config", "own.json")).toMatchObject({
      exit: 0,
    });
    expect(stored(cwd)).toBeUndefined();
    expect(stored(cwd, "own.json")).toHaveProperty([registry.host]);
    const out = await run(cwd, ["logout", registry.host], {
      env: { BALE_REGISTRY_CONFIG: join(cwd, "own.json") },
    });
    expect(out.stdout).toContain(join(cwd, "own.json"));
    expect(stored(cwd, "own.json")).toEqual({});
  });

  it("leaves a broken file as it is", async () => {
    const registry = await guarded();
    const cwd = home({ [FILE]: '{"auths": {' });
    expect(await login(cwd, registry.host, SECRET)).toMatchObject({ exit: 2 });
    expect(readFileSync(join(cwd, FILE), "utf8")).toBe('{"auths": {');
  });

  it("for a namespace counts for the repositories below it", async () => {
    const registry = await guarded();
    const cwd = home({ "a.txt": "a\n" });
    const signed = await login(cwd, `${registry.host}/team`, SECRET);
    expect(signed.stdout).toContain(`signed in to ${registry.host}/team as alice`);
    expect(Object.keys(stored(cwd) ?? {})).toEqual([`${registry.host}/team`]);
    await run(cwd, ["init"]);
    await run(cwd, ["add", "a.txt"]);
    expect((await run(cwd, ["push", "-u", `${registry.host}/team/app:v1`])).exit).toBe(0);
    expect((await run(cwd, ["push", `${registry.host}/teams/app:v1`])).exit).toBe(4);
    const whole = await run(cwd, ["logout", registry.host]);
    expect(whole.stdout).toBe(
      `nothing was stored for ${registry.host}\n  own of  ${registry.host}/team in ${join(cwd, FILE)}\n`,
    );
    expect((await run(cwd, ["logout", `${registry.host}/team`])).stdout).toContain("signed out of");
    expect(stored(cwd)).toEqual({});
  });

  it("for a namespace is refused where a helper would keep it", async () => {
    const registry = await guarded();
    const cwd = home({ [FILE]: '{"credsStore":"own"}' });
    const env = helper(cwd, "own");
    const args = ["login", `${registry.host}/team`, "-u", "alice", "--password-stdin"];
    expect(await run(cwd, args, { env, input: SECRET })).toMatchObject({
      exit: 10,
      stderr: expect.stringContaining("docker-credential-own"),
    });
  });

  it("says what is asked before what was stored", async () => {
    const registry = await guarded();
    const cwd = home(config(`registries: { "${registry.host}/open": { credentials: anonymous } }\n`));
    const args = ["login", registry.host, "-u", "alice", "--password-stdin", "--json"];
    const env = { BALE_USERNAME: "bob", BALE_PASSWORD: WRONG };
    const signed = await run(cwd, args, { env, input: SECRET });
    expect(checkDocument("login", signed.stdout)).toMatchObject({ comesFirst: "bob (BALE_PASSWORD)" });
    const open = ["login", `${registry.host}/open`, "-u", "alice", "--password-stdin", "--json"];
    expect(JSON.parse((await run(cwd, open, { input: SECRET })).stdout)).toMatchObject({
      comesFirst: "nobody",
    });
    expect(JSON.parse((await run(cwd, args, { input: SECRET })).stdout)).not.toHaveProperty("comesFirst");
  });

  it("means the host of defaultRegistry, or else the upstream that was chosen here", async () => {
    const registry = await guarded();
    const cwd = home({ ...config(`defaultRegistry: ${registry.host}/acme\n`), "a.txt": "a\n" });
    const args = ["login", "-u", "alice", "--password-stdin"];
    expect(await run(cwd, args, { input: SECRET })).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(`signed in to ${registry.host} as alice`),
    });
    await run(cwd, ["init"]);
    await run(cwd, ["add", "a.txt"]);
    await run(cwd, ["push", "-u", "app:v1"]);
    writeFileSync(join(cwd, ".config/bale/config.yaml"), "");
    expect((await run(cwd, args, { input: SECRET })).stdout).toContain(
      `signed in to ${registry.host} as alice`,
    );
    // What somebody else wrote into bale.yaml is offered no password.
    const foreign = home({ "bale.yaml": `ref: ${registry.host}/acme/app\n` });
    await run(foreign, ["init"]);
    expect(await run(foreign, args, { input: SECRET })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("no registry is named"),
    });
  });
});
