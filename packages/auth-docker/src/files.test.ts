import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask, base64, failure, makeScene, type Scene } from "./scene.testing.js";

const basic = (user: string, password: string = "pw"): unknown => ({ auth: base64(`${user}:${password}`) });

describe("files of credentials", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = makeScene();
  });
  afterEach(() => scene[Symbol.dispose]());

  it("are asked in their order, until one has an answer", async () => {
    const env = {
      ...scene.options.env,
      REGISTRY_AUTH_FILE: `${scene.home}/named.json`,
      XDG_RUNTIME_DIR: `${scene.home}/run`,
      XDG_CONFIG_HOME: `${scene.home}/config`,
    };
    const file = `${scene.home}/explicit.json`;
    const names = ["explicit.json", "named.json", ".docker/config.json", "run/containers/auth.json"];
    names.push("config/containers/auth.json");
    for (const [index, name] of names.entries())
      scene.put(name, {
        auths: Object.fromEntries(
          names.slice(0, index + 1).map((_, at) => [`r${at}.example`, basic(`u${index}`)]),
        ),
      });
    const provider = scene.provider({ env, file });
    for (const [index] of names.entries())
      expect(await ask(provider, `https://r${index}.example`)).toBe(`basic u${index} pw`);
    expect(await ask(provider, "https://r9.example")).toBeUndefined();
  });

  it("are passed over where an entry is only a mark", async () => {
    scene.put(".docker/config.json", { auths: { "ghcr.io": {} } });
    scene.put(".config/containers/auth.json", { auths: { "ghcr.io": basic("podman") } });
    expect(await ask(scene.provider(), "https://ghcr.io")).toBe("basic podman pw");
  });

  it("give the credential of the longest part of a repository's name", async () => {
    scene.put(".docker/config.json", {
      auths: {
        "quay.io": basic("host"),
        "quay.io/acme/app": basic("app"),
        "quay.io/acme": basic("acme"),
        "quay.io/marked": {},
      },
    });
    const provider = scene.provider();
    expect(await ask(provider, "https://quay.io", "acme/app")).toBe("basic app pw");
    expect(await ask(provider, "https://quay.io", "acme/app/x")).toBe("basic app pw");
    expect(await ask(provider, "https://quay.io", "acme/application")).toBe("basic acme pw");
    expect(await ask(provider, "https://quay.io", "acm")).toBe("basic host pw");
    expect(await ask(provider, "https://quay.io", "marked/x")).toBe("basic host pw");
    expect(await ask(provider, "https://quay.io")).toBe("basic host pw");
  });

  it.each(["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"])(
    "know Docker Hub by %s",
    async (key) => {
      scene.put(".docker/config.json", { auths: { [key]: basic("hub") } });
      const provider = scene.provider();
      for (const host of ["docker.io", "index.docker.io", "registry-1.docker.io"])
        expect(await ask(provider, `https://${host}`, "acme/app")).toBe("basic hub pw");
      for (const origin of [
        "https://hub.docker.com",
        "https://docker.io.evil.example",
        "http://docker.io:81",
      ])
        expect(await ask(provider, origin)).toBeUndefined();
    },
  );

  it("that are missing or empty have no answer, unless the user named one", async () => {
    expect(await ask(scene.provider(), "https://ghcr.io")).toBeUndefined();
    scene.put(".docker/config.json", " \n");
    expect(await ask(scene.provider(), "https://ghcr.io")).toBeUndefined();
    const env = { ...scene.options.env, REGISTRY_AUTH_FILE: "/dev/null" };
    expect(await ask(scene.provider({ env }), "https://ghcr.io")).toBeUndefined();
    const file = `${scene.home}/none.json`;
    expect(await failure(ask(scene.provider({ file }), "https://ghcr.io"))).toMatchObject({
      code: "CONFIG_INVALID",
      context: { path: file },
    });
  });

  it.each<[string, unknown]>([
    ["half a document", '{"auths": {"ghcr.io": {"auth": "YTpi"'],
    ["a list", []],
    ["a text", '"auths"'],
    ["auths that is a list", { auths: [] }],
    ["credHelpers that is a text", { credHelpers: "pass" }],
    ["a helper that is a number", { credHelpers: { "ghcr.io": 5 } }],
    ["credsStore that is an object", { credsStore: {} }],
    ["a byte order mark", "\ufeff{}"],
    ["more than a MiB", `{"x":"${"x".repeat(1024 * 1024)}"}`],
    ["200,000 lists in each other", "[".repeat(200_000)],
  ])("that cannot be understood are named: %s", async (_, content) => {
    scene.put(".docker/config.json", content);
    scene.put(".config/containers/auth.json", { auths: { "ghcr.io": basic("podman") } });
    expect(await failure(ask(scene.provider(), "https://ghcr.io"))).toMatchObject({
      code: "CONFIG_INVALID",
      context: { path: scene.config },
    });
  });

  it("that cannot be read are named", async () => {
    mkdirSync(scene.config, { recursive: true });
    const error = await failure(ask(scene.provider(), "https://ghcr.io"));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", context: { path: scene.config } });
    expect(error.message).toContain(scene.config);
  });

  it("name the entry that is wrong, and trouble nobody else with it", async () => {
    scene.put(".docker/config.json", { auths: { "ghcr.io": { auth: "%%%" }, "quay.io": basic("q") } });
    const error = await failure(ask(scene.provider(), "https://ghcr.io"));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", context: { path: scene.config } });
    expect(error.message).toContain('"ghcr.io"');
    expect(await ask(scene.provider(), "https://quay.io")).toBe("basic q pw");
  });

  it("are read again at each question", async () => {
    const provider = scene.provider();
    expect(await ask(provider, "https://ghcr.io")).toBeUndefined();
    scene.put(".docker/config.json", { auths: { "ghcr.io": basic("later") } });
    expect(await ask(provider, "https://ghcr.io")).toBe("basic later pw");
  });

  it("say where a credential is from", async () => {
    scene.put(".docker/config.json", { auths: { "ghcr.io": basic("alice") } });
    expect(await scene.provider().resolve({ origin: "https://ghcr.io", actions: [] })).toMatchObject({
      source: scene.config,
    });
  });

  it("have no members by the names of an object's own", async () => {
    scene.put(
      ".docker/config.json",
      '{"auths":{"__proto__":{"auth":"YTpi"}},"credHelpers":{"__proto__":"x"}}',
    );
    for (const host of ["constructor", "toString", "ghcr.io"])
      expect(await ask(scene.provider(), `https://${host}`)).toBeUndefined();
  });
});
