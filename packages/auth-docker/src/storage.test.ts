import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { type Credential, secret } from "@bale/spec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configuredHelper } from "./configured-helper.js";
import { eraseCredential } from "./erase-credential.js";
import { saveCredential } from "./save-credential.js";
import { answering, ask, base64, FILE_HELPER, failure, makeScene, type Scene } from "./scene.testing.js";
import { storedNamespaces } from "./stored-namespaces.js";

const GHCR = "https://ghcr.io";
const ALICE = { kind: "basic", username: "alice", password: secret("p:w é") } as const satisfies Credential;
const IDENTITY = { kind: "identity-token", token: secret("idt") } as const satisfies Credential;

const IN_HELPER = { kind: "helper", helper: "test" };
const IN_FILE = (): object => ({ kind: "file", path: scene.config });

let scene: Scene;
beforeEach(() => {
  scene = makeScene();
});
afterEach(() => scene[Symbol.dispose]());

describe("a credential saved in the file", () => {
  it("is answered, for its registry alone, and the user is told that it is not encrypted", async () => {
    const to = await saveCredential(GHCR, ALICE, scene.options);
    expect(to).toEqual({ kind: "file", path: scene.config });
    expect(await ask(scene.provider(), GHCR, "acme/app")).toBe("basic alice p:w é");
    expect(await ask(scene.provider(), "https://quay.io")).toBeUndefined();
    expect(scene.warnings).toHaveLength(1);
    expect(scene.warnings[0]).toContain(`ghcr.io are stored unencrypted in ${scene.config}`);
    expect(scene.warnings[0]).not.toContain("p:w");
  });

  it.each<[Credential, string]>([
    [IDENTITY, "identity-token idt"],
    [{ kind: "bearer", token: secret("rt") }, "bearer rt"],
    [ALICE, "basic alice p:w é"],
  ])("takes the place of what was there: $kind", async (credential, answer) => {
    scene.put(".docker/config.json", {
      auths: { "ghcr.io": { registrytoken: "old", identitytoken: "old", auth: base64("old:old") } },
    });
    await saveCredential(GHCR, credential, scene.options);
    expect(await ask(scene.provider(), GHCR)).toBe(answer);
    expect(scene.read(".docker/config.json")).not.toContain("old");
  });

  it.each(["https://docker.io", "https://registry-1.docker.io"])(
    "for %s goes under Docker Hub's key",
    async (origin) => {
      await saveCredential(origin, ALICE, scene.options);
      expect(Object.keys(JSON.parse(scene.read(".docker/config.json")).auths)).toEqual([
        "https://index.docker.io/v1/",
      ]);
      expect(await ask(scene.provider(), "https://index.docker.io")).toBe("basic alice p:w é");
    },
  );

  it("leaves all else in the file as it is", async () => {
    const text =
      '{\n\t"z": 1.0,\n\t"auths": {\n\t\t"quay.io": {\n\t\t\t"auth": "YTpi"\n\t\t}\n\t},\n\t"a": [1,2]\n}\n';
    scene.put(".docker/config.json", text);
    await saveCredential(GHCR, IDENTITY, scene.options);
    expect(scene.read(".docker/config.json")).toBe(
      text.replace("\n\t\t}\n\t},", '\n\t\t},\n\t\t"ghcr.io": {\n\t\t\t"identitytoken": "idt"\n\t\t}\n\t},'),
    );
    expect(await eraseCredential(GHCR, scene.options)).toEqual([IN_FILE()]);
    expect(scene.read(".docker/config.json")).toBe(text);
  });

  it("is the user's alone, in a folder without leftovers", async () => {
    await saveCredential(GHCR, ALICE, scene.options);
    expect(statSync(scene.config).mode & 0o777).toBe(0o600);
    expect(statSync(`${scene.home}/.docker`).mode & 0o777).toBe(0o700);
    writeFileSync(`${scene.home}/.docker/open.json`, "{}", { mode: 0o666 });
    await saveCredential(GHCR, ALICE, { ...scene.options, file: `${scene.home}/.docker/open.json` });
    expect(statSync(`${scene.home}/.docker/open.json`).mode & 0o777).toBe(0o600);
    expect(readdirSync(`${scene.home}/.docker`).sort()).toEqual(["config.json", "open.json"]);
  });

  it("clears away what a killed writer left", async () => {
    const left = scene.put(".docker/config.json.bale.tmp", "half of it");
    await saveCredential(GHCR, ALICE, scene.options);
    expect(existsSync(left)).toBe(false);
    expect(await ask(scene.provider(), GHCR)).toBe("basic alice p:w é");
  });

  it("goes to the target of a link, or of two, and the links stay", async () => {
    scene.put("dotfiles/docker.json", { auths: {} });
    mkdirSync(`${scene.home}/.docker`);
    symlinkSync("../dotfiles/link.json", scene.config);
    symlinkSync("docker.json", `${scene.home}/dotfiles/link.json`);
    await saveCredential(GHCR, ALICE, scene.options);
    expect(lstatSync(scene.config).isSymbolicLink()).toBe(true);
    expect(lstatSync(`${scene.home}/dotfiles/link.json`).isSymbolicLink()).toBe(true);
    expect(JSON.parse(scene.read("dotfiles/docker.json")).auths).toHaveProperty(["ghcr.io"]);
    expect(readdirSync(`${scene.home}/dotfiles`).sort()).toEqual(["docker.json", "link.json"]);
  });

  it("goes to the target of a link that leads nowhere yet", async () => {
    mkdirSync(`${scene.home}/.docker`);
    symlinkSync("../later/docker.json", scene.config);
    await saveCredential(GHCR, ALICE, scene.options);
    expect(scene.read("later/docker.json")).toContain("ghcr.io");
  });

  it("is not lost among others that are saved and erased at the same time", async () => {
    const origins = Array.from({ length: 20 }, (_, index) => `https://r${index}.example`);
    await saveCredential("https://gone.example", ALICE, scene.options);
    await Promise.all([
      ...origins.map((origin) => saveCredential(origin, ALICE, scene.options)),
      eraseCredential("https://gone.example", scene.options),
    ]);
    expect(Object.keys(JSON.parse(scene.read(".docker/config.json")).auths).sort()).toEqual(
      origins.map((origin) => origin.slice("https://".length)).sort(),
    );
  });

  it.each(['{"auths": {', "[]", '{"auths": []}', '{"auths":{},"auths":{}}'])(
    "does not replace a file that is %s",
    async (content) => {
      scene.put(".docker/config.json", content);
      expect(await failure(saveCredential(GHCR, ALICE, scene.options))).toMatchObject({
        code: "CONFIG_INVALID",
      });
      expect(scene.read(".docker/config.json")).toBe(content);
      expect(readdirSync(`${scene.home}/.docker`)).toEqual(["config.json"]);
    },
  );

  it("does not replace a folder", async () => {
    mkdirSync(scene.config, { recursive: true });
    expect(await failure(saveCredential(GHCR, ALICE, scene.options))).toMatchObject({
      code: "CONFIG_INVALID",
    });
  });

  // A device or socket of the test's own: no test writes to those of the machine.
  it.skipIf(process.platform === "win32")(
    "does not replace a pipe or a device, nor a link to one",
    async () => {
      mkdirSync(`${scene.home}/.docker`);
      const node = `${scene.home}/.docker/node`;
      const isDevice = spawnSync("mknod", [node, "c", "1", "3"]).status === 0;
      if (!isDevice) spawnSync("mknod", [node, "p"]);
      symlinkSync("node", scene.config);
      for (const file of [scene.config, node]) {
        const error = await failure(saveCredential(GHCR, ALICE, { ...scene.options, file }));
        expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      }
      expect(lstatSync(node).isFile()).toBe(false);
      expect(readdirSync(`${scene.home}/.docker`).sort()).toEqual(["config.json", "node"]);
    },
  );

  it.each<[string, Credential, string]>([
    ["nothing", { kind: "anonymous" }, "UNSUPPORTED"],
    ["a token that expires", { kind: "bearer", token: secret("t"), expiresAt: new Date(0) }, "UNSUPPORTED"],
    ["a password that expires", { ...ALICE, expiresAt: new Date(0) }, "UNSUPPORTED"],
    ["an identity token that expires", { ...IDENTITY, expiresAt: new Date(0) }, "UNSUPPORTED"],
    ["a user name with a colon", { kind: "basic", username: "a:b", password: secret("p") }, "AUTH_FAILED"],
    ["a password with a line end", { kind: "basic", username: "a", password: secret("p\n") }, "AUTH_FAILED"],
  ])("cannot be %s", async (_, credential, code) => {
    expect(await failure(saveCredential(GHCR, credential, scene.options))).toMatchObject({ code });
    expect(readdirSync(scene.home)).toEqual(["bin"]);
  });

  it("is not saved after an abort, or without a home", async () => {
    const signal = AbortSignal.abort();
    expect(await failure(saveCredential(GHCR, ALICE, scene.options, { signal }))).toMatchObject({
      code: "INTERRUPTED",
    });
    expect(await failure(saveCredential(GHCR, ALICE, { env: {} }))).toMatchObject({ code: "USAGE" });
    expect(readdirSync(scene.home)).toEqual(["bin"]);
  });
});

describe("erasing", () => {
  it("removes each spelling of a registry, and leaves parts of it and namesakes", async () => {
    const entry = { auth: base64("a:b") };
    scene.put(".docker/config.json", {
      auths: {
        "ghcr.io": entry,
        "https://ghcr.io/v1/": entry,
        "ghcr.io/acme": entry,
        "ghcr.io.example": entry,
      },
    });
    expect(await eraseCredential(GHCR, scene.options)).toEqual([IN_FILE()]);
    expect(await eraseCredential(GHCR, scene.options)).toEqual([]);
    expect(Object.keys(JSON.parse(scene.read(".docker/config.json")).auths)).toEqual([
      "ghcr.io/acme",
      "ghcr.io.example",
    ]);
  });

  it("leaves other files alone, and makes none", async () => {
    const text = JSON.stringify({ auths: { "ghcr.io": { auth: base64("a:b") } } });
    scene.put(".config/containers/auth.json", text);
    expect(await eraseCredential(GHCR, scene.options)).toEqual([]);
    expect(scene.read(".config/containers/auth.json")).toBe(text);
    expect(readdirSync(scene.home).sort()).toEqual([".config", "bin"]);
  });
});

describe("a credential of a namespace", () => {
  const save = (origin: string, namespace: string, username: string): Promise<unknown> =>
    saveCredential(origin, { ...ALICE, username }, scene.options, { namespace });

  it("is for the repositories below it, beside that of the registry", async () => {
    await saveCredential(GHCR, ALICE, scene.options);
    expect(await save(GHCR, "acme", "bob")).toEqual(IN_FILE());
    await save(GHCR, "acme/models", "carol");
    const keys = Object.keys(JSON.parse(scene.read(".docker/config.json")).auths);
    expect(keys).toEqual(["ghcr.io", "ghcr.io/acme", "ghcr.io/acme/models"]);
    expect(scene.warnings[1]).toContain("for ghcr.io/acme are stored unencrypted");
    const provider = scene.provider();
    expect(await ask(provider, GHCR, "acme/app")).toBe("basic bob p:w é");
    expect(await ask(provider, GHCR, "acme/models/malaria")).toBe("basic carol p:w é");
    for (const other of ["acmes/app", "other/acme", undefined])
      expect(await ask(provider, GHCR, other)).toBe("basic alice p:w é");
  });

  it("is erased alone", async () => {
    await saveCredential(GHCR, ALICE, scene.options);
    await save(GHCR, "acme", "bob");
    await save(GHCR, "acme/models", "carol");
    expect(await eraseCredential(GHCR, scene.options, { namespace: "acme" })).toEqual([IN_FILE()]);
    expect(await eraseCredential(GHCR, scene.options, { namespace: "acme" })).toEqual([]);
    expect(await ask(scene.provider(), GHCR, "acme/app")).toBe("basic alice p:w é");
    expect(await storedNamespaces(GHCR, scene.options)).toEqual([
      { path: scene.config, namespace: "acme/models" },
    ]);
  });

  it("of Docker Hub has one name as well", async () => {
    await save("https://registry-1.docker.io", "acme", "bob");
    expect(scene.read(".docker/config.json")).toContain('"docker.io/acme"');
    expect(await ask(scene.provider(), "https://docker.io", "acme/app")).toBe("basic bob p:w é");
    expect(await storedNamespaces("index.docker.io", scene.options)).toHaveLength(1);
    expect(await eraseCredential("https://docker.io", scene.options, { namespace: "acme" })).toHaveLength(1);
  });

  it.each(["", "/", "Acme", "acme/", "../x", "a b", "acme:v1"])(
    "cannot have the name %j",
    async (namespace) => {
      expect(await failure(save(GHCR, namespace, "bob"))).toMatchObject({ code: "REFERENCE_INVALID" });
      expect(await failure(eraseCredential(GHCR, scene.options, { namespace }))).toMatchObject({
        code: "REFERENCE_INVALID",
      });
      expect(readdirSync(scene.home)).toEqual(["bin"]);
    },
  );
});

describe.skipIf(process.platform === "win32")("a credential saved with a helper", () => {
  const use = (script: string, others: object = {}): void => {
    scene.helper("test", script);
    scene.put(".docker/config.json", { credsStore: "test", ...others });
  };

  it.each<[Credential, string]>([
    [ALICE, "basic alice p:w é"],
    [IDENTITY, "identity-token idt"],
  ])("is answered, and not in the file: $kind", async (credential, answer) => {
    use(FILE_HELPER);
    const before = scene.read(".docker/config.json");
    expect(await saveCredential(GHCR, credential, scene.options)).toEqual({ kind: "helper", helper: "test" });
    expect(await ask(scene.provider(), GHCR)).toBe(answer);
    expect(scene.read(".docker/config.json")).toBe(before);
    expect(scene.warnings).toEqual([]);
    expect(await eraseCredential(GHCR, scene.options)).toEqual([IN_HELPER]);
    expect(await eraseCredential(GHCR, scene.options)).toEqual([]);
    expect(await ask(scene.provider(), GHCR)).toBeUndefined();
  });

  it("takes an unencrypted one out of the file", async () => {
    use(FILE_HELPER, { auths: { "ghcr.io": { auth: base64("old:s3cr3t"), email: "a@b" } } });
    await saveCredential(GHCR, ALICE, scene.options);
    expect(JSON.parse(scene.read(".docker/config.json")).auths["ghcr.io"]).toEqual({ email: "a@b" });
    expect(await eraseCredential(GHCR, scene.options)).toEqual([IN_HELPER]);
    expect(JSON.parse(scene.read(".docker/config.json"))).toEqual({ credsStore: "test", auths: {} });
  });

  it("is erased under each name of Docker Hub", async () => {
    use(FILE_HELPER);
    scene.put("store/docker.io/kept", JSON.stringify({ ServerURL: "docker.io", Username: "a", Secret: "b" }));
    await saveCredential("https://docker.io", ALICE, scene.options);
    expect(await eraseCredential("https://registry-1.docker.io", scene.options)).toEqual([IN_HELPER]);
    expect(await ask(scene.provider(), "https://index.docker.io")).toBeUndefined();
  });

  it.each(["exit 1", "cat; exit 1", "exec sleep 3600", "kill -9 $$"])(
    "is not in the file when the helper does %s",
    async (script) => {
      use(script);
      const before = scene.read(".docker/config.json");
      const options = { ...scene.options, helperTimeoutMs: 100 };
      const error = await failure(saveCredential(GHCR, ALICE, options));
      expect(error).toMatchObject({ code: "CREDENTIAL_HELPER" });
      expect(JSON.stringify([error.message, error.why, error.fix])).not.toContain("p:w");
      expect(scene.read(".docker/config.json")).toBe(before);
    },
  );

  it("is not in the file when the helper is missing, nor is anything erased there", async () => {
    scene.put(".docker/config.json", { credsStore: "none", auths: { "ghcr.io": { auth: base64("a:b") } } });
    const before = scene.read(".docker/config.json");
    expect(await failure(saveCredential(GHCR, ALICE, scene.options))).toMatchObject({
      code: "CREDENTIAL_HELPER",
    });
    expect(await failure(eraseCredential(GHCR, scene.options))).toMatchObject({ code: "CREDENTIAL_HELPER" });
    expect(scene.read(".docker/config.json")).toBe(before);
  });

  it("is not erased when the helper says that it failed", async () => {
    use(`case $1 in erase) exit 1 ;; *) cat > /dev/null; echo '{"Username":"a","Secret":"b"}' ;; esac`);
    expect(await failure(eraseCredential(GHCR, scene.options))).toMatchObject({ code: "CREDENTIAL_HELPER" });
  });

  it("takes the place of another user's, also with one that keeps one for each user", async () => {
    // docker-credential-pass, in small: the first in the order of user names is answered.
    use(`
store="$HOME/users"; mkdir -p "$store"; read -r input || :
case $1 in
  get) for file in "$store"/*; do
      if [ -f "$file" ]; then cat "$file"; exit 0; fi
    done; echo "credentials not found in native keychain"; exit 1 ;;
  store) user=\${input#*'"Username":"'}; printf %s "$input" > "$store/\${user%%'"'*}" ;;
  erase) rm -f "$store"/* ;;
esac`);
    await saveCredential(GHCR, ALICE, scene.options);
    const bob: Credential = { kind: "basic", username: "bob", password: secret("other") };
    await saveCredential(GHCR, bob, scene.options);
    expect(await ask(scene.provider(), GHCR)).toBe("basic bob other");
    expect(readdirSync(`${scene.home}/users`)).toEqual(["bob"]);
  });

  it("is an error when the helper answers with something else afterwards", async () => {
    use(answering("mallory", "pw"));
    const error = await failure(saveCredential(GHCR, ALICE, scene.options));
    expect(error).toMatchObject({ code: "CREDENTIAL_HELPER" });
    expect(error.message).toContain("does not answer with what it was given");
  });

  it("cannot be that of a namespace", async () => {
    use(FILE_HELPER);
    const before = scene.read(".docker/config.json");
    const error = await failure(saveCredential(GHCR, ALICE, scene.options, { namespace: "acme" }));
    expect(error).toMatchObject({ code: "UNSUPPORTED" });
    expect(error.why).toContain("docker-credential-test");
    expect(scene.read(".docker/config.json")).toBe(before);
    expect(() => scene.read("store/log")).toThrow("ENOENT");
  });

  it("leaves an unencrypted one that lay beside it nowhere", async () => {
    use(FILE_HELPER, { auths: { "ghcr.io": { auth: base64("old:s3cr3t") } } });
    expect(await eraseCredential(GHCR, scene.options)).toEqual([IN_FILE()]);
    expect(scene.read(".docker/config.json")).not.toContain(base64("old:s3cr3t"));
  });

  it("cannot be a registry's own token", async () => {
    use(FILE_HELPER);
    const bearer: Credential = { kind: "bearer", token: secret("rt") };
    expect(await failure(saveCredential(GHCR, bearer, scene.options))).toMatchObject({ code: "UNSUPPORTED" });
  });
});

it("the helper of a registry can be asked for", async () => {
  expect(await configuredHelper("ghcr.io", scene.options)).toBeUndefined();
  scene.put(".docker/config.json", {
    credsStore: "all",
    credHelpers: { "https://index.docker.io/v1/": "hub", "ghcr.io": "" },
  });
  expect(await configuredHelper("quay.io", scene.options)).toBe("all");
  expect(await configuredHelper("https://docker.io", scene.options)).toBe("hub");
  expect(await configuredHelper("ghcr.io", scene.options)).toBeUndefined();
});
