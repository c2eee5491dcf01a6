import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createTestCertificate } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { type InProcessOptions, type InProcessResult, runInProcess } from "./in-process.js";
import { config, home, registryWith } from "./registries.js";
import { checkDocument } from "./schemas/check-document.js";

const SECRET = "s3cret-w0rd-of-alice";
const users = { alice: SECRET } as const;

const run = (args: readonly string[], options: Partial<InProcessOptions> = {}): Promise<InProcessResult> =>
  runInProcess(args, { cwd: "/", ...options, env: { BALE_RETRIES: "0", ...options.env } });

describe("registry ping", () => {
  const credentials = { BALE_USERNAME: "alice", BALE_PASSWORD: SECRET };
  /** The document, and the exit code that goes with it. */
  const ping = async (host: string, exit: number, options: Partial<InProcessOptions> = {}) => {
    const result = await run(["registry", "ping", host, "--json", "--debug", "-vv"], options);
    expect(`${result.stdout}${result.stderr}`).not.toContain(SECRET);
    expect(result.exit).toBe(exit);
    return checkDocument("registry ping", result.stdout);
  };

  it("of an open registry", async () => {
    const registry = await registryWith();
    expect(await ping(registry.host, 0)).toMatchObject({
      verdict: "ready",
      origin: registry.url,
      apiVersion: "registry/2.0",
      asks: "nothing",
      identity: "anonymous",
      authenticated: true,
    });
    const { stdout } = await run(["registry", "ping", registry.host]);
    expect(stdout).toContain(`${registry.host} is ready, anonymously\n`);
    expect(stdout).toMatch(/connection {2,}plain http, not encrypted\n/);
    expect(stdout).toMatch(/latency {2,}\d+ ms with a new connection, \d+ ms over an open one\n/);
  });

  it("says as whom, from where, and by which token service", async () => {
    const registry = await registryWith({ auth: { scheme: "bearer", users, tokenListener: "second" } });
    const tokenService = new URL(registry.secondUrl).host;
    expect(await ping(registry.host, 0, { env: credentials })).toMatchObject({
      verdict: "ready",
      asks: "token",
      tokenService,
      identity: "alice (BALE_PASSWORD)",
    });
    const { stdout } = await run(["registry", "ping", registry.host], { env: credentials });
    expect(stdout).toContain("is ready, as alice (BALE_PASSWORD)");
    expect(stdout).toContain(`a token of ${tokenService}`);
  });

  it.each([
    ["none", {}, "wants credentials"],
    ["wrong ones", { BALE_USERNAME: "alice", BALE_PASSWORD: "n0t-the-w0rd" }, "alice (BALE_PASSWORD)"],
  ])("with credentials, and %s: exit 4", async (_what, env, expected) => {
    const registry = await registryWith({ auth: { scheme: "basic", users } });
    const document = await ping(registry.host, 4, { env });
    expect(document).toMatchObject({ verdict: "refused", reachable: true, failure: { code: "AUTH_FAILED" } });
    const { stdout } = await run(["registry", "ping", registry.host], { env });
    expect(stdout).toContain(expected);
    expect(stdout).not.toContain("n0t-the-w0rd");
  });

  it("of nothing: exit 7", async () => {
    expect(await ping("127.0.0.1:1", 7)).toMatchObject({
      verdict: "unreachable",
      failure: { code: "CONNECT_FAILED" },
    });
    expect((await run(["registry", "ping", "127.0.0.1:1"])).stdout).toContain(
      "is unreachable: no connection",
    );
  });

  it("by TLS says how it is secured; a certificate that is not accepted is exit 7, with what is wrong", async () => {
    const authority = createTestCertificate({ commonName: "authority", authority: true });
    const expired = new Date(Date.now() - 60_000);
    for (const [validTo, exit] of [
      [new Date(Date.now() + 3 * 24 * 3600 * 1000), 0],
      [expired, 7],
    ] as const) {
      const registry = await registryWith({
        tls: createTestCertificate({ commonName: "registry", issuer: authority, validTo }),
      });
      const cwd = home({
        ...config(`registries: { "${registry.host}": { plainHttp: false } }\ncaFile: ca.pem\n`),
        "ca.pem": authority.cert,
      });
      const document = await ping(registry.host, exit, { cwd });
      const { stdout } = await run(["registry", "ping", registry.host], { cwd });
      if (exit === 0) {
        expect(document["tls"]).toMatchObject({
          protocol: "TLSv1.3",
          subject: "registry",
          issuer: "authority",
          trustedBy: "named",
        });
        expect(stdout).toContain(
          `registry, issued by authority, valid to ${validTo.toISOString().slice(0, 10)}`,
        );
        expect(stdout).toContain("TLSv1.3, trusted by a certificate that you or the environment named");
      } else {
        expect(document).toMatchObject({ verdict: "unreachable", failure: { code: "TLS" } });
        expect(stdout).toContain("expired");
        const careless = await ping(registry.host, 0, {
          cwd: home({
            ...config(`registries: { "${registry.host}": { plainHttp: false, insecure: true } }\n`),
          }),
        });
        expect(careless["tls"]).toMatchObject({ trustedBy: "nobody" });
      }
    }
  });

  it("of something that is no registry: exit 10", async () => {
    const server = createServer((_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>hello</h1>"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await ping(host, 10)).toMatchObject({ verdict: "no-registry", reachable: true });
      expect((await run(["registry", "ping", host])).stdout).toContain("is no registry");
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("registry ls", () => {
  const names = ["acme/app", "acme/models/malaria", "acme", "acme-labs/app", "acmes", "other/acme"];
  const listed = async () => {
    const registry = await registryWith({ auth: { scheme: "bearer", users } });
    for (const name of names) registry.store.putBlob(name, Buffer.from("x"));
    return registry;
  };
  const env = { BALE_USERNAME: "alice", BALE_PASSWORD: SECRET };

  it("lists what is below a namespace, at the end of a part of a name", async () => {
    const registry = await listed();
    const at = async (place: string) => (await run(["registry", "ls", place], { env })).stdout.split("\n");
    expect((await at(registry.host)).length).toBe(names.length + 1);
    expect(await at(`${registry.host}/acme`)).toEqual(
      ["acme", "acme/app", "acme/models/malaria"].map((name) => `${registry.host}/${name}`).concat(""),
    );
    expect(await at(`${registry.host}/acme/models`)).toEqual([`${registry.host}/acme/models/malaria`, ""]);
    expect(registry.auth.asked[0]?.scopes).toEqual(["registry:catalog:*"]);
  });

  it("means what defaultRegistry says", async () => {
    const registry = await listed();
    const cwd = home(config(`defaultRegistry: ${registry.host}/acme\n`));
    const { stdout, exit } = await run(["registry", "ls", "--json"], { cwd, env });
    expect(exit).toBe(0);
    expect(checkDocument("registry ls", stdout)).toMatchObject({
      registry: registry.host,
      namespace: "acme",
      repositories: expect.arrayContaining([`${registry.host}/acme/app`]),
    });
    const short = await run(["registry", "ls", "models"], { cwd, env });
    expect(short.stdout).toBe(`${registry.host}/acme/models/malaria\n`);
    expect(await run(["registry", "ls"], { env })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("defaultRegistry"),
    });
  });

  it("says so where there are none", async () => {
    const registry = await listed();
    expect(await run(["registry", "ls", `${registry.host}/nobody`], { env })).toEqual({
      exit: 0,
      stdout: "",
      stderr: `${registry.host}/nobody lists no repositories to you\n`,
    });
  });

  it("prints names before the last page has come", async () => {
    const registry = await listed();
    registry.setQuirks({ pageLimit: 2 });
    registry.addFault({ skip: 4, times: 0, action: { kind: "status", status: 404 } });
    const result = await run(["registry", "ls", registry.host], { env });
    expect(result.exit).toBe(3);
    expect(result.stdout.split("\n").length).toBeGreaterThan(2);
  });

  it("says what to use where a registry has no list: exit 10", async () => {
    const registry = await listed();
    registry.setQuirks({ catalogMissing: true });
    const result = await run(["registry", "ls", `${registry.host}/acme`], { env });
    expect(result).toMatchObject({ exit: 10, stdout: "" });
    expect(result.stderr).toContain(`${registry.host} lists no repositories`);
    expect(result.stderr).toContain(`bale tags ${registry.host}/NAME`);
  });

  it("without credentials is exit 4", async () => {
    const registry = await listed();
    expect(await run(["registry", "ls", registry.host])).toMatchObject({ exit: 4 });
  });
});
