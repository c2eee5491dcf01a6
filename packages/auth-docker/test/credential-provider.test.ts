import { mkdirSync } from "node:fs";
import {
  type CredentialHarness,
  credentialProviderConformance,
  type KnownCredential,
} from "@bale/conformance";
import { type Credential, secret } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { answering, base64, FILE_HELPER, makeScene, type Scene } from "../src/scene.testing.js";

const FILE = ".docker/config.json";

function at(origin: string, credential: Credential, repository: string = "acme/app"): KnownCredential {
  return { request: { origin, repository, actions: ["pull"] }, credential };
}
const basic = (username: string, password: string): Credential => ({
  kind: "basic",
  username,
  password: secret(password),
});

function harness(scene: Scene, others: Partial<CredentialHarness>): CredentialHarness {
  return {
    open: async () => scene.provider(),
    known: [],
    [Symbol.asyncDispose]: async () => scene[Symbol.dispose](),
    ...others,
  };
}

/** All of a file but the entries for registries that the suite makes up. */
function foreignOf(scene: Scene): Promise<unknown> {
  const { auths = {}, ...others } = JSON.parse(scene.read(FILE)) as { auths?: Record<string, unknown> };
  const kept = Object.entries(auths).filter(([key]) => !key.includes("saved.example"));
  return Promise.resolve([Object.entries(others), kept]);
}

describe("docker's file", () => {
  credentialProviderConformance({ describe, it }, async () => {
    const scene = makeScene();
    scene.put(FILE, {
      HttpHeaders: { "User-Agent": "Docker-Client" },
      auths: {
        "ghcr.io": { auth: base64("alice:p:w ünd"), email: "a@b" },
        "localhost:5000": { identitytoken: "identity-of-alice" },
        "https://index.docker.io/v1/": { auth: base64("hub:password-of-hub") },
        "quay.io/acme/app": { registrytoken: "token-of-quay" },
      },
      unknown: [{ a: 1 }, 2.5],
    });
    const path = scene.put("broken/config.json", '{"auths": {"ghcr.io": {"auth": "YWxpY2U6cDp3IMO8bmQ=", }}');
    return harness(scene, {
      known: [
        at("https://ghcr.io", basic("alice", "p:w ünd")),
        at("http://localhost:5000", { kind: "identity-token", token: secret("identity-of-alice") }),
        at("https://registry-1.docker.io", basic("hub", "password-of-hub")),
        at("https://quay.io", { kind: "bearer", token: secret("token-of-quay") }, "acme/app/part"),
      ],
      openBroken: async () => ({
        provider: scene.provider({ file: path }),
        request: { origin: "https://ghcr.io", actions: [] },
      }),
      foreignContent: () => foreignOf(scene),
    });
  });
});

describe("podman's file", () => {
  credentialProviderConformance({ describe, it }, async () => {
    const scene = makeScene();
    mkdirSync(`${scene.home}/run`);
    scene.put("run/containers/auth.json", {
      auths: { "ghcr.io/acme": { auth: base64("alice:pw-of-acme") } },
    });
    scene.put(".config/containers/auth.json", { auths: { "ghcr.io": { auth: base64("bob:pw-of-bob") } } });
    const env = { ...scene.options.env, XDG_RUNTIME_DIR: `${scene.home}/run` };
    return harness(scene, {
      open: async () => scene.provider({ env }),
      known: [
        at("https://ghcr.io", basic("alice", "pw-of-acme"), "acme/app"),
        at("https://ghcr.io", basic("bob", "pw-of-bob"), "other/app"),
      ],
    });
  });
});

describe.skipIf(process.platform === "win32")("a credential helper", () => {
  credentialProviderConformance({ describe, it }, async () => {
    const scene = makeScene();
    scene.helper("files", FILE_HELPER);
    scene.helper("fails", "cat; echo pw-of-alice; exit 2");
    scene.helper("stalls", 'echo started > "$HOME/started"; exec sleep 3600');
    scene.put(
      "store/ghcr.io/kept",
      JSON.stringify({ ServerURL: "x", Username: "alice", Secret: "pw-of-alice" }),
    );
    scene.put(
      "store/localhost:5000/kept",
      JSON.stringify({ ServerURL: "x", Username: "<token>", Secret: "identity-of-alice" }),
    );
    scene.put("store/log", "");
    scene.put(FILE, {
      credsStore: "files",
      credHelpers: { "broken.example": "fails", "stalled.example": "stalls" },
      auths: { "ghcr.io": {} },
    });
    return harness(scene, {
      known: [
        at("https://ghcr.io", basic("alice", "pw-of-alice")),
        at("http://localhost:5000", { kind: "identity-token", token: secret("identity-of-alice") }),
      ],
      openBroken: async () => ({
        provider: scene.provider(),
        request: { origin: "https://broken.example", actions: [] },
      }),
      openStalled: async () => ({
        provider: scene.provider(),
        request: { origin: "https://stalled.example", actions: [] },
        started: expect.poll(() => scene.read("started"), { timeout: 15_000 }).toBe("started\n"),
      }),
      timesAsked: async () => scene.read("store/log").split("\n").length,
      foreignContent: () => foreignOf(scene),
    });
  });
});

describe.skipIf(process.platform === "win32")("a helper of one registry beside the file", () => {
  credentialProviderConformance({ describe, it }, async () => {
    const scene = makeScene();
    scene.helper("own", answering("alice", "pw-of-alice"));
    scene.put(FILE, {
      credHelpers: { "ghcr.io": "own", "gone.example": "absent" },
      auths: { "ghcr.io": { auth: base64("stale:stale") } },
    });
    return harness(scene, {
      known: [at("https://ghcr.io", basic("alice", "pw-of-alice"))],
      openBroken: async () => ({
        provider: scene.provider(),
        request: { origin: "https://gone.example", actions: [] },
      }),
      foreignContent: () => foreignOf(scene),
    });
  });
});
