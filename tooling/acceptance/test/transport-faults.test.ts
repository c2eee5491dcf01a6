import { readFileSync } from "node:fs";
import {
  type FaultRule,
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from "@bale/test-registry";
import { makeCertificates, startForwardProxy } from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CommandResult } from "./harness/bale-command.js";
import { dockerAuth, newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const ACCOUNT = { username: "ann", password: "c0rrect:h0rse" };
const PROXY_ACCOUNT = { username: "prox", password: "pr0xy@:s3cret" };
/** A name that no machine resolves: only a proxy can lead there. */
const NAME = "registry.acme.example";
const BLOBS = /\/blobs\/sha256:/;
const BASIC = { scheme: "basic", users: { [ACCOUNT.username]: ACCOUNT.password } } as const;

let folder: ScratchFolder;
let certificates: ReturnType<typeof makeCertificates>;
/** The same bundle behind TLS, by the name and by the address, and in plain http. */
let secure: TestRegistry;
let plain: TestRegistry;
let ann: Person;
let source: string;
let count = 0;

async function seeded(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await startTestRegistry({ auth: BASIC, ...options });
  ann.writeConfig({
    registries: { [registry.host]: { plainHttp: options.tls === undefined, caFile: certificates.caFile } },
  });
  ann.writeDockerConfig({ auths: { [registry.host]: dockerAuth(ACCOUNT) } });
  const pushed = await ann.run(["push", `${registry.host}/acme/app:v1`], { cwd: source });
  expect(pushed.exit, pushed.stdout).toBe(0);
  return registry;
}

beforeAll(async () => {
  folder = scratchFolder();
  certificates = makeCertificates(folder.join("certificates"), { hosts: [NAME, "127.0.0.1"] });
  ann = newPerson(folder.join("ann"));
  source = await ann.workspace("source", { "a.txt": "a\n", "b.bin": Buffer.alloc(400_000, 7) });
  const { certFile, keyFile } = certificates.server;
  secure = await seeded({
    tls: { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") },
  });
  plain = await seeded({});
  const accounts = [NAME, secure.host, plain.host].map((host) => [host, dockerAuth(ACCOUNT)]);
  ann.writeDockerConfig({ auths: Object.fromEntries(accounts) });
  ann.writeConfig({
    registries: Object.fromEntries(
      [NAME, secure.host].map((host) => [host, { plainHttp: false, caFile: certificates.caFile }]),
    ),
  });
});
afterAll(async () => {
  await secure?.close();
  await plain?.close();
  folder?.[Symbol.dispose]();
});
beforeEach(() => {
  count += 1;
  for (const registry of [secure, plain]) {
    registry.clearFaults();
    registry.resetQuirks();
    registry.clearLog();
  }
});

const target = () => folder.join(`clone-${count}`);
const clone = (host: string, env: NodeJS.ProcessEnv = {}, ...flags: string[]) =>
  ann.run(["clone", `${host}/acme/app:v1`, target(), "--retries", "0", "--debug", "-vv", ...flags], { env });
const errorOf = (done: CommandResult) =>
  (done.document["error"] ?? {}) as {
    readonly code?: string;
    readonly message?: string;
    readonly fix?: string;
  };

function showsNoSecret(done: CommandResult): void {
  for (const { username, password } of [ACCOUNT, PROXY_ACCOUNT])
    for (const form of [
      password,
      encodeURIComponent(password),
      Buffer.from(`${username}:${password}`).toString("base64"),
    ])
      expect(done.stdout + done.stderr).not.toContain(form);
}

describe("row 56: a proxy", () => {
  const lead = (host: string): string =>
    host.startsWith(NAME) ? (host.endsWith(":80") || host === NAME ? plain : secure).host : host;

  it.each([
    ["without an account", undefined],
    ["with an account", PROXY_ACCOUNT],
  ] as const)("%s is asked for a tunnel to a registry with TLS", async (_, account) => {
    await using proxy = await startForwardProxy({ lead, ...(account ? { account } : {}) });
    const done = await clone(NAME, { HTTPS_PROXY: proxy.url });
    expect(done.exit, done.stdout).toBe(0);
    sameFiles(target(), source);
    expect(new Set(proxy.requests().map((request) => `${request.method} ${request.target}`))).toEqual(
      new Set([`CONNECT ${NAME}:443`]),
    );
    // The registry's credential is inside the tunnel, the proxy's is not.
    expect(
      proxy.requests().every(({ authScheme, authorized }) => authScheme === undefined && authorized),
    ).toBe(true);
    expect(secure.log.some(({ authorization }) => authorization === "basic")).toBe(true);
    showsNoSecret(done);
  });

  it("passes requests on to a registry without TLS", async () => {
    await using proxy = await startForwardProxy({ lead, account: PROXY_ACCOUNT });
    const done = await clone(NAME, { HTTP_PROXY: proxy.url }, "--plain-http");
    expect(done.exit, done.stdout).toBe(0);
    sameFiles(target(), source);
    expect(proxy.requests().every(({ method }) => method !== "CONNECT")).toBe(true);
    expect(proxy.requests().every(({ hasProxyAuthorization }) => hasProxyAuthorization)).toBe(true);
    showsNoSecret(done);
  });

  it.each([
    ["no account", (url: string): string => url.replace(/\/\/.*@/, "//")],
    ["a wrong password", (url: string): string => url.replace(/:[^:@/]+@/, ":wr0ng@")],
  ] as const)("that wants an account refuses %s", async (_, address) => {
    await using proxy = await startForwardProxy({ lead, account: PROXY_ACCOUNT });
    for (const flags of [[], ["--plain-http"]]) {
      const url = address(proxy.url);
      const done = await clone(NAME, { HTTPS_PROXY: url, HTTP_PROXY: url }, ...flags);
      expect([done.exit, errorOf(done).code], done.stdout).toEqual([7, "PROXY"]);
      expect(errorOf(done).fix).toContain("HTTPS_PROXY");
      expect(done.stdout + done.stderr).not.toContain("wr0ng");
      showsNoSecret(done);
    }
    expect([...secure.log, ...plain.log]).toEqual([]);
  });

  it("that is not there is named", async () => {
    const proxy = await startForwardProxy({ account: PROXY_ACCOUNT });
    await proxy.stop();
    const done = await clone(NAME, { HTTPS_PROXY: proxy.url });
    expect([done.exit, errorOf(done).code], done.stdout).toEqual([7, "PROXY"]);
    expect(errorOf(done).message).toContain(proxy.host);
    showsNoSecret(done);
  });

  it("is passed by where NO_PROXY names the host, and never asked for this machine", async () => {
    await using proxy = await startForwardProxy({ lead });
    const direct = await clone(NAME, { HTTPS_PROXY: proxy.url, NO_PROXY: `other.example,.acme.example` });
    expect([direct.exit, errorOf(direct).code], direct.stdout).toEqual([7, "CONNECT_FAILED"]);
    expect(proxy.requests()).toEqual([]);
    const local = await clone(plain.host, {
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      ALL_PROXY: proxy.url,
    });
    expect(local.exit, local.stdout).toBe(0);
    expect(proxy.requests()).toEqual([]);
  });

  it("does not see the registry's credential when it only leads there in plain http without being told to", async () => {
    await using proxy = await startForwardProxy({ lead });
    const done = await clone(NAME, { HTTP_PROXY: proxy.url });
    // https is what an unmarked host speaks, and no proxy is set for it.
    expect([done.exit, errorOf(done).code], done.stdout).toEqual([7, "CONNECT_FAILED"]);
    expect(proxy.requests()).toEqual([]);
  });
});

describe("row 57: a redirect", () => {
  const redirect = (location: string | ((count: number) => string), times = 1): FaultRule => ({
    method: "GET",
    path: BLOBS,
    times,
    action: {
      kind: "redirect",
      location: typeof location === "string" ? location : (hit) => location(hit.count),
    },
  });
  const refused = (done: CommandResult) => {
    expect([done.exit, errorOf(done).code], done.stdout).toEqual([9, "REDIRECT"]);
    showsNoSecret(done);
  };

  it("to itself is a loop", async () => {
    plain.addFault({
      method: "GET",
      path: BLOBS,
      times: 0,
      action: { kind: "redirect", location: (hit) => hit.path },
    });
    const done = await clone(plain.host);
    refused(done);
    expect(done.stdout).toContain("loop");
  });

  it("of a redirect is followed five times, and not a sixth", async () => {
    const hops = (times: number): FaultRule => ({
      method: "GET",
      path: BLOBS,
      times,
      action: { kind: "redirect", location: (hit) => `${hit.path.split("?")[0]}?hop=${hit.count}` },
    });
    plain.addFault(hops(5));
    const five = await clone(plain.host, {}, "--concurrency", "1");
    expect(five.exit, five.stdout).toBe(0);
    sameFiles(target(), source);
    count += 1;
    plain.clearFaults();
    plain.addFault(hops(0));
    const six = await clone(plain.host, {}, "--concurrency", "1");
    refused(six);
    expect(six.stdout).toContain("more than 5");
  });

  it("from https to http is refused before anything is sent there", async () => {
    secure.addFault(redirect(`${plain.url}/elsewhere`, 0));
    refused(await clone(secure.host));
    expect(plain.log).toEqual([]);
  });

  it.each([
    "https://127.0.0.1:1/x",
    "https://10.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:7f00:1]/x",
    "https://2130706433/x",
    "https://localhost/x",
  ])("from a public name to %s is refused", async (location) => {
    await using proxy = await startForwardProxy({
      lead: (host) => (host.startsWith(NAME) ? secure.host : host),
    });
    secure.addFault(redirect(location, 0));
    refused(await clone(NAME, { HTTPS_PROXY: proxy.url }));
    expect(proxy.requests().every(({ target: to }) => to === `${NAME}:443`)).toBe(true);
  });

  it.each(["ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:pr0xy@127.0.0.1/x", "http://[bad/x", ""])(
    "to %j is refused, and no password in it is shown",
    async (location) => {
      plain.addFault(redirect(location, 0));
      const done = await clone(plain.host);
      refused(done);
      expect(done.stdout + done.stderr).not.toContain("pr0xy");
    },
  );

  it("to another host is followed without credentials", async () => {
    plain.setQuirks({ blobRedirect: { refusesAuthorization: true } });
    const done = await clone(plain.host);
    expect(done.exit, done.stdout).toBe(0);
    sameFiles(target(), source);
    const elsewhere = plain.log.filter(({ listener }) => listener === "second");
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    showsNoSecret(done);
  });
});
