import { join } from "node:path";
import { createTestCertificate, type TestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { runInProcess } from "./in-process.js";
import { config, home, registryWith, tags, workspace } from "./registries.js";
import { writeFiles } from "./temporary-folder.js";

const authority = createTestCertificate({ commonName: "test authority" });
const stranger = createTestCertificate({ commonName: "stranger" });
const server = createTestCertificate({ issuer: authority });
const client = createTestCertificate({ commonName: "client of acme", issuer: authority });

describe("TLS", () => {
  const https = (registry: TestRegistry, more = "") =>
    config(`registries:\n  ${registry.host}: { plainHttp: false }\n${more}`);
  const pem = { "ca.pem": authority.cert, "stranger.pem": stranger.cert };

  it.each([
    ["nothing", {}, {}, [], 7],
    ["SSL_CERT_FILE", {}, { SSL_CERT_FILE: "ca.pem" }, [], 0],
    ["SSL_CERT_DIR", {}, { SSL_CERT_DIR: "." }, [], 0],
    ["SSL_CERT_FILE of somebody else", {}, { SSL_CERT_FILE: "stranger.pem" }, [], 7],
    [
      "SSL_CERT_FILE of somebody else and --ca-file",
      {},
      { SSL_CERT_FILE: "stranger.pem" },
      ["--ca-file", "ca.pem"],
      0,
    ],
    [
      "NODE_EXTRA_CA_CERTS and --ca-file",
      {},
      { NODE_EXTRA_CA_CERTS: "ca.pem" },
      ["--ca-file", "stranger.pem"],
      0,
    ],
    ["BALE_CA_FILE", {}, { BALE_CA_FILE: "ca.pem" }, [], 0],
    ["docker's folder", { ".docker/certs.d/HOST/ca.crt": authority.cert }, {}, [], 0],
    ["docker's rootless folder", { ".config/docker/certs.d/HOST/ca.crt": authority.cert }, {}, [], 0],
    ["podman's folder", { ".config/containers/certs.d/HOST/a.crt": authority.cert }, {}, [], 0],
    ["docker's folder for another host", { ".docker/certs.d/127.0.0.1/ca.crt": authority.cert }, {}, [], 7],
    ["--insecure", {}, {}, ["--insecure"], 0],
  ])("trusts by %s", async (_what, files, variables, flags, exit) => {
    const registry = await registryWith({ tls: server });
    const placed = Object.entries(files).map(([path, text]) => [path.replace("HOST", registry.host), text]);
    const cwd = home({ ...https(registry), ...pem, ...Object.fromEntries(placed) });
    const env = Object.fromEntries(
      Object.entries(variables as Record<string, string>).map(([name, path]) => [name, join(cwd, path)]),
    );
    const result = await tags(registry, { cwd, env }, ...flags);
    expect(result.exit).toBe(exit);
    if (exit === 7) expect(result.stderr).toContain("[TLS]");
  });

  it("has no trust left where SSL_CERT_FILE leads nowhere", async () => {
    const registry = await registryWith({ tls: server });
    const env = { SSL_CERT_FILE: "/nowhere/ca.pem" };
    const result = await tags(registry, { cwd: home(https(registry)), env });
    expect(result).toMatchObject({ exit: 2, stderr: expect.stringContaining("SSL_CERT_FILE") });
  });

  it("shows the client certificate of docker's folder, and refuses one without a key", async () => {
    const registry = await registryWith({ tls: { ...server, ca: authority.cert } });
    const folder = `.docker/certs.d/${registry.host}`;
    const files = { ...https(registry), [`${folder}/ca.crt`]: authority.cert };
    expect(await tags(registry, { cwd: home(files) })).toMatchObject({ exit: 7 });
    const lonely = home({ ...files, [`${folder}/client.cert`]: client.cert });
    expect(await tags(registry, { cwd: lonely })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("client.key"),
    });
    writeFiles(lonely, { [`${folder}/client.key`]: client.key });
    expect(await tags(registry, { cwd: lonely })).toMatchObject({ exit: 0 });
  });

  it("shows a namespace's client certificate for that namespace only", async () => {
    const registry = await registryWith({ tls: { ...server, ca: authority.cert } });
    const of = { "client.pem": client.cert, "client.key": client.key, "ca.pem": authority.cert };
    const cwd = await workspace(of);
    writeFiles(
      cwd,
      https(
        registry,
        `  ${registry.host}/acme: { certFile: ${cwd}/client.pem, keyFile: ${cwd}/client.key }\ncaFile: ${cwd}/ca.pem\n`,
      ),
    );
    expect(await runInProcess(["push", `${registry.host}/acme/nested/app:v1`], { cwd })).toMatchObject({
      exit: 0,
    });
    const other = await runInProcess(["push", `${registry.host}/acme2/app:v1`, "--retries", "0"], { cwd });
    expect(other.exit).toBe(7);
    expect(registry.store.repositories()).toEqual(["acme/nested/app"]);
  });

  it("trusts --ca-file at the token service and at the storage that a redirect leads to", async () => {
    const registry = await registryWith({
      tls: server,
      auth: { scheme: "bearer", users: { alice: "s3cret-w0rd" }, tokenListener: "second" },
    });
    registry.setQuirks({ blobRedirect: { refusesAuthorization: true } });
    const env = { BALE_USERNAME: "alice", BALE_PASSWORD: "s3cret-w0rd" };
    const reference = `${registry.host}/acme/app:v1`;
    const cwd = await workspace({ ...https(registry), ...pem });
    const trust = ["--ca-file", "ca.pem"];
    expect(await runInProcess(["push", reference, ...trust], { cwd, env })).toMatchObject({ exit: 0 });
    registry.clearLog();
    expect(await runInProcess(["clone", reference, "copy", ...trust], { cwd, env })).toMatchObject({
      exit: 0,
    });
    const second = registry.log.filter(({ listener }) => listener === "second").map(({ path }) => path);
    expect(second.some((path) => path.startsWith("/token"))).toBe(true);
    expect(second.some((path) => path.includes("sha256"))).toBe(true);
  });
});
