import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startTestRegistry } from "@bale/test-registry";
import {
  type makeCertificates,
  registryAccount,
  serviceOrSkip,
  startNginx,
  startRegistry,
} from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CommandResult } from "./harness/bale-command.js";
import { dockerAuth, newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

type Registry = Awaited<ReturnType<typeof startRegistry>>;
type Certificates = ReturnType<typeof makeCertificates>;

let folder: ScratchFolder;
let count = 0;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder?.[Symbol.dispose]());
beforeEach(() => {
  count += 1;
});

/** Somebody who knows that a registry of this machine speaks TLS, and has an account there; not whom to trust. */
function visitor(host: string, settings: Readonly<Record<string, unknown>> = {}): Person {
  const person = newPerson(folder.join(`person-${count}`));
  person.writeConfig({ registries: { [host]: { plainHttp: false, ...settings } } });
  person.writeDockerConfig({ auths: { [host]: dockerAuth(registryAccount) } });
  return person;
}

function copyInto(file: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
}

const errorOf = (done: CommandResult) =>
  (done.document["error"] ?? {}) as { readonly code?: string; readonly why?: string; readonly fix?: string };

/** Ways to say whom to trust, each complete by itself. */
const trust: Readonly<
  Record<
    string,
    (host: string, certificates: Certificates) => { person: Person; args?: string[]; env?: NodeJS.ProcessEnv }
  >
> = {
  "--ca-file": (host, { caFile }) => ({ person: visitor(host), args: ["--ca-file", caFile] }),
  "caFile of the configuration": (host, { caFile }) => ({ person: visitor(host, { caFile }) }),
  "docker's folder of certificates": (host, { caFile }) => {
    const person = visitor(host);
    copyInto(caFile, join(person.home, ".docker/certs.d", host, "ca.crt"));
    return { person };
  },
  "podman's folder of certificates": (host, { caFile }) => {
    const person = visitor(host);
    copyInto(caFile, join(person.home, ".config/containers/certs.d", host, "own.crt"));
    return { person };
  },
  SSL_CERT_FILE: (host, { caFile }) => ({ person: visitor(host), env: { SSL_CERT_FILE: caFile } }),
  NODE_EXTRA_CA_CERTS: (host, { caFile }) => ({
    person: visitor(host),
    env: { NODE_EXTRA_CA_CERTS: caFile },
  }),
};

for (const kind of ["distribution", "docker-registry"] as const) {
  describe.skipIf(!serviceOrSkip(kind))(`${kind} with TLS of its own authority`, () => {
    let registry: Registry;
    beforeAll(async () => {
      registry = await startRegistry(kind, { variant: "tls", auth: "htpasswd" });
    });
    afterAll(() => registry?.stop());

    it.each(Object.keys(trust))("is trusted by %s: push and pull", async (way) => {
      const {
        person,
        args = [],
        env,
      } = trust[way]?.(registry.host, registry.certificates as Certificates) ?? {
        person: visitor(registry.host),
      };
      const reference = `${registry.host}/acme/app:v${count}`;
      const source = await person.workspace("source", {
        "a.txt": way,
        "large.bin": Buffer.alloc(300_000, 1),
      });
      const pushed = await person.run(["push", reference, ...args], { cwd: source, ...(env ? { env } : {}) });
      expect(pushed.exit, pushed.stdout).toBe(0);
      const target = folder.join(`clone-${count}`);
      const cloned = await person.run(["clone", reference, target, ...args], env ? { env } : {});
      expect(cloned.exit, cloned.stdout).toBe(0);
      sameFiles(target, source);
    });

    it("is not trusted otherwise, and no credential is sent", async () => {
      const before = (await registry.accessLog()).length;
      const done = await visitor(registry.host).run(["tags", `${registry.host}/acme/app`]);
      expect([done.exit, errorOf(done).code]).toEqual([7, "TLS"]);
      expect(errorOf(done).why).toContain("not trusted here");
      expect(errorOf(done).fix).toContain("--ca-file");
      expect((await registry.accessLog()).length).toBe(before);
    });
  });

  describe.skipIf(!serviceOrSkip(kind))(`${kind} that wants a client certificate`, () => {
    let registry: Registry;
    let certificates: Certificates;
    beforeAll(async () => {
      registry = await startRegistry(kind, { variant: "mtls", auth: "htpasswd" });
      certificates = registry.certificates as Certificates;
    });
    afterAll(() => registry?.stop());

    const pair = ({ certFile, keyFile }: Certificates["client"]): string[] => [
      ...["--cert-file", certFile],
      ...["--key-file", keyFile],
    ];
    const roundTrip = async (person: Person, args: readonly string[]): Promise<void> => {
      const reference = `${registry.host}/acme/app:v${count}`;
      const source = await person.workspace("source", {
        "a.txt": String(count),
        "b.bin": Buffer.alloc(300_000, 1),
      });
      const pushed = await person.run(["push", reference, ...args], { cwd: source });
      expect(pushed.exit, pushed.stdout).toBe(0);
      const target = folder.join(`clone-${count}`);
      const cloned = await person.run(["clone", reference, target, ...args]);
      expect(cloned.exit, cloned.stdout).toBe(0);
      sameFiles(target, source);
    };

    it("takes the pair of --cert-file and --key-file", async () => {
      await roundTrip(visitor(registry.host), [
        "--ca-file",
        certificates.caFile,
        ...pair(certificates.client),
      ]);
    });

    it("takes the pair of the configuration", async () => {
      const { caFile, client } = certificates;
      await roundTrip(visitor(registry.host, { caFile, ...client }), []);
    });

    it("takes the pair of a folder of certificates", async () => {
      const person = visitor(registry.host);
      const place = join(person.home, ".docker/certs.d", registry.host);
      copyInto(certificates.caFile, join(place, "ca.crt"));
      copyInto(certificates.client.certFile, join(place, "client.cert"));
      copyInto(certificates.client.keyFile, join(place, "client.key"));
      await roundTrip(person, []);
    });

    it.each([
      ["none", []],
      ["one of another authority", "stranger"],
    ] as const)("refuses %s, and the error names the client certificate", async (_, which) => {
      const args = which === "stranger" ? pair(certificates.stranger) : [];
      const person = visitor(registry.host);
      for (const command of [
        ["tags", `${registry.host}/acme/app`],
        ["clone", `${registry.host}/acme/app:v1`, folder.join(`clone-${count}`)],
      ]) {
        const done = await person.run([...command, "--ca-file", certificates.caFile, ...args]);
        expect([done.exit, errorOf(done).code], done.stdout).toEqual([7, "TLS"]);
        expect(errorOf(done).why).toContain("client certificate");
        expect(errorOf(done).fix).toContain("--cert-file");
      }
    });

    it("wants both halves of the pair", async () => {
      const args = ["--ca-file", certificates.caFile, "--cert-file", certificates.client.certFile];
      const done = await visitor(registry.host).run(["tags", `${registry.host}/acme/app`, ...args]);
      expect(done.exit).toBe(2);
    });
  });
}

describe.skipIf(!serviceOrSkip("nginx"))("row 55: TLS that cannot be trusted", () => {
  let seeded: Awaited<ReturnType<typeof startTestRegistry>>;
  beforeAll(async () => {
    seeded = await startTestRegistry();
    const person = newPerson(folder.join("seeder"));
    const source = await person.workspace("source", { "a.txt": "a" });
    expect(await person.run(["push", `${seeded.host}/acme/app:v1`], { cwd: source })).toMatchObject({
      exit: 0,
    });
  });
  afterAll(() => seeded?.close());

  it.each([
    ["tls", "", 0, undefined, /./],
    ["tls", "no authority", 7, "TLS", /authority that is not trusted here/],
    ["expired", "", 7, "TLS", /has expired/],
    ["wrong-host", "", 7, "TLS", /for another name/],
    ["mtls", "", 7, "TLS", /client certificate/],
  ] as const)("nginx %s %s ends in %i", async (variant, note, exit, code, says) => {
    await using nginx = await startNginx(variant, seeded);
    seeded.clearLog();
    const person = visitor(nginx.host);
    const args = note === "" ? ["--ca-file", nginx.certificates.caFile] : [];
    const clone = ["clone", `${nginx.host}/acme/app:v1`, folder.join(`clone-${count}`)];
    const done = await person.run([...clone, ...args]);
    expect([done.exit, errorOf(done).code], done.stdout).toEqual([exit, code]);
    expect(errorOf(done).why ?? "").toMatch(exit === 0 ? "" : says);
    // Neither over TLS nor, in its place, in plain http.
    if (exit !== 0) expect(seeded.log).toEqual([]);

    // --insecure is the way past the first four, and no way past a client certificate.
    const insecure = await person.run([...clone.slice(0, 2), folder.join(`insecure-${count}`), "--insecure"]);
    expect(insecure.exit, insecure.stdout).toBe(variant === "mtls" ? 7 : 0);
  });

  it("says so when the server does not speak TLS, and does not fall back", async () => {
    seeded.clearLog();
    const done = await visitor(seeded.host).run(["tags", `${seeded.host}/acme/app`]);
    expect([done.exit, errorOf(done).code], done.stdout).toEqual([7, "TLS"]);
    expect(errorOf(done).why).toContain("does not speak TLS");
    expect(seeded.log).toEqual([]);
  });

  it("says so when the server speaks TLS and plain http was asked for", async () => {
    await using nginx = await startNginx("tls", seeded);
    const done = await newPerson(folder.join(`plain-${count}`)).run(["tags", `${nginx.host}/acme/app`]);
    expect(done.exit).not.toBe(0);
    expect(JSON.stringify(done.document)).toMatch(/plain-http|HTTPS|TLS/i);
  });
});

it("keys are not shown where one is no PEM", async () => {
  const key = newPerson(folder.join(`person-${count}`)).write("client.key", "s3cret-key");
  const done = await visitor("127.0.0.1:9").run([
    "tags",
    "127.0.0.1:9/a/b",
    "--cert-file",
    key,
    "--key-file",
    key,
  ]);
  expect(done.exit).toBe(2);
  expect(done.stdout + done.stderr).not.toContain(readFileSync(key, "utf8"));
});
