import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { startTestRegistry, type TestRegistry } from "@bale/test-registry";
import {
  registryAccount,
  serviceOrSkip,
  startFaultProxy,
  startRegistry,
  startTokenService,
} from "@bale/tooling-services";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dockerAuth, newPerson, type Person } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { noise } from "./harness/sample-tree.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

const MIB = 2 ** 20;
const NIGHTLY = process.env["BALE_NIGHTLY"] === "1";
const SIZE = (NIGHTLY ? 1024 : 96) * MIB;
const CHUNK = 16 * MIB;
/** Slow enough that a transfer outlives its first token several times over. */
const RATE = (NIGHTLY ? 96 : 12) * MIB;
const LIFETIME_SECONDS = 2;
const FEWEST_TOKENS = Math.floor(SIZE / RATE / LIFETIME_SECONDS);

type Proxy = Awaited<ReturnType<typeof startFaultProxy>>;

let folder: ScratchFolder;
let source: string;
let count = 0;

beforeAll(async () => {
  folder = scratchFolder();
  const owner = newPerson(folder.join("owner"));
  source = folder.make("owner/source");
  const block = noise(4 * MIB, 9);
  await pipeline(
    function* () {
      for (let written = 0; written < SIZE; written += block.length) {
        block.writeUInt32LE(written / MIB, 0);
        yield Buffer.from(block);
      }
    },
    createWriteStream(join(source, "large.bin")),
  );
  await owner.workspace("source", {});
});
afterAll(() => folder?.[Symbol.dispose]());
beforeEach(() => {
  count += 1;
});

function uploader(host: string): Person {
  const person = newPerson(folder.join(`person-${count}`));
  person.writeDockerConfig({ auths: { [host]: dockerAuth(registryAccount) } });
  person.writeConfig({ registries: { [host]: { chunkSize: "16MiB" } } });
  return person;
}

const isChunk = ({ method, contentRange }: { method: string; contentRange: string | undefined }) =>
  method === "PATCH" && contentRange !== undefined;
const started = (range: string | undefined): number => Number(/^(?:bytes )?(\d+)-/.exec(range ?? "")?.[1]);

/** Every chunk went over once, in order, without a gap; refused ones aside. */
function expectEachChunkOnce(proxy: Proxy): void {
  const taken = proxy.requests().filter((request) => isChunk(request) && (request.status ?? 500) < 300);
  const expected = Array.from({ length: Math.ceil(SIZE / CHUNK) }, (_, index) => index * CHUNK);
  expect(taken.map(({ contentRange }) => started(contentRange))).toEqual(expected);
}

/** No blob was finished twice. */
function expectEachBlobOnce(proxy: Proxy): void {
  const finished = proxy
    .requests()
    .filter(({ method, query, status }) => method === "PUT" && query.includes("digest=") && status === 201)
    .map(({ query }) => new URLSearchParams(query).get("digest"));
  expect(finished.length).toBe(new Set(finished).size);
}

async function push(person: Person, reference: string): Promise<void> {
  const pushed = await person.run(["push", reference, "--force"], { cwd: source });
  expect(pushed.exit, pushed.stdout).toBe(0);
}

async function cloneAndCompare(person: Person, reference: string): Promise<void> {
  const target = folder.join(`clone-${count}`);
  const cloned = await person.run(["clone", reference, target]);
  expect(cloned.exit, cloned.stdout).toBe(0);
  sameFiles(target, source);
}

describe(`tokens of ${LIFETIME_SECONDS} s in transfers of ${SIZE / MIB} MiB, where the registry refuses every token that ended`, () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await startTestRegistry({
      auth: {
        scheme: "bearer",
        users: { [registryAccount.username]: registryAccount.password },
        tokenSeconds: LIFETIME_SECONDS,
      },
      directory: folder.path,
    });
    return () => registry.close();
  });
  const refusals = () =>
    registry.log.filter(({ status, method }) => status === 401 && (method === "PATCH" || method === "PUT"));

  it("are renewed before a body is sent, so that none is sent in vain", async () => {
    await using proxy = await startFaultProxy({ to: registry.url, bytesPerSecond: RATE });
    await push(uploader(proxy.host), `${proxy.host}/acme/large:v1`);
    expectEachChunkOnce(proxy);
    expectEachBlobOnce(proxy);
    expect(refusals()).toEqual([]);
    expect(registry.auth.asked.length).toBeGreaterThanOrEqual(FEWEST_TOKENS);
  });

  it("that are refused in the middle cost the request that they were refused in, and nothing else", async () => {
    await using proxy = await startFaultProxy({ to: registry.url, bytesPerSecond: RATE });
    const { realm, service } = { realm: `${registry.url}/token`, service: "test-registry" };
    const challenge = `Bearer realm="${realm}",service="${service}",error="invalid_token"`;
    const headers = { "www-authenticate": challenge };
    proxy.setRules([
      { fault: "status", method: "PATCH", skip: 2, times: 1, status: 401, headers },
      { fault: "status", method: "PUT", target: /digest=/, skip: 1, times: 1, status: 401, headers },
      { fault: "status", method: "PUT", target: /\/manifests\//, times: 1, status: 401, headers },
    ]);
    await push(uploader(proxy.host), `${proxy.host}/acme/large:v1`);
    expectEachChunkOnce(proxy);
    expectEachBlobOnce(proxy);
    expect(proxy.requests().filter(({ fault }) => fault === "status")).toHaveLength(3);
    expect(proxy.requests().filter((request) => isChunk(request))).toHaveLength(Math.ceil(SIZE / CHUNK) + 1);
  });

  it("are renewed for a download that is cut and goes on where it was", async () => {
    await push(uploader(registry.host), `${registry.host}/acme/large:v1`);
    await using proxy = await startFaultProxy({ to: registry.url, bytesPerSecond: RATE });
    const third = Math.floor(SIZE / 3);
    const { store } = registry;
    const large = store.blobs("acme/large").find((digest) => store.blob("acme/large", digest)?.size === SIZE);
    const blob = new RegExp(`/blobs/${large}`);
    proxy.setRules([
      { fault: "truncate", method: "GET", target: blob, bytes: third },
      { fault: "truncate", method: "GET", target: blob, bytes: third },
      {
        fault: "status",
        method: "GET",
        target: blob,
        status: 401,
        headers: { "www-authenticate": `Bearer realm="${registry.url}/token",service="test-registry"` },
      },
    ]);
    registry.auth.clearAsked();
    await cloneAndCompare(uploader(proxy.host), `${proxy.host}/acme/large:v1`);
    const asked = proxy.requests().filter(({ method, path }) => method === "GET" && blob.test(path));
    // Each request goes on at the byte that the one before ended with: nothing that came is asked for again.
    const served = asked
      .filter(({ status }) => status !== 401)
      .map(({ range }) => (range === undefined ? 0 : started(range.replace("=", " "))));
    expect(served).toEqual([0, third, 2 * third]);
    expect(registry.auth.asked.length).toBeGreaterThanOrEqual(2);
  });
});

describe.skipIf(!serviceOrSkip("distribution"))(`tokens of ${LIFETIME_SECONDS} s and a real registry`, () => {
  it("are renewed in time through the whole of an upload and a download", async () => {
    await using tokens = await startTokenService({ lifetimeSeconds: LIFETIME_SECONDS });
    await using registry = await startRegistry("distribution", { variant: "token", tokens });
    await using proxy = await startFaultProxy({ to: registry.url, bytesPerSecond: RATE });
    const person = uploader(proxy.host);
    const reference = `${proxy.host}/acme/large:v1`;
    await push(person, reference);
    expectEachChunkOnce(proxy);
    expectEachBlobOnce(proxy);
    expect(tokens.requests().length).toBeGreaterThanOrEqual(FEWEST_TOKENS);
    await cloneAndCompare(person, reference);
    const refused = proxy
      .requests()
      .filter(({ status, method }) => status === 401 && method !== "HEAD" && method !== "GET");
    expect(refused).toEqual([]);
    expect(tokens.requests().every(({ account }) => account === registryAccount.username)).toBe(true);
  });
});
