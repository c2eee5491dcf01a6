import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answering, ask, base64, FILE_HELPER, failure, makeScene, type Scene } from "./scene.testing.js";

const NOT_FOUND = 'echo "credentials not found in native keychain"; exit 1';
// A busy machine may take its time; nothing is expected to be fast.
const PATIENT = { timeout: 15_000 };
const GHCR = "https://ghcr.io";

describe.skipIf(process.platform === "win32")("credential helpers", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = makeScene();
  });
  afterEach(() => scene[Symbol.dispose]());

  const use = (script: string): void => {
    scene.helper("test", script);
    scene.put(".docker/config.json", { credsStore: "test" });
  };

  it.each([
    ["a user name and password", answering("alice", "p:w é"), "basic alice p:w é"],
    ["an identity token", answering("<token>", "idt"), "identity-token idt"],
    ["a secret without a user name", answering("", "s"), "basic  s"],
    ["empty texts, as pass does", answering("", ""), undefined],
    ["not found, as the keychains do", `cat > /dev/null; ${NOT_FOUND}`, undefined],
    ["not found, without reading", `exec 0<&-; ${NOT_FOUND}`, undefined],
    [
      "an answer without reading",
      `exec 0<&-; ${answering("alice", "pw").replace("cat > /dev/null; ", "")}`,
      "basic alice pw",
    ],
    ["much on stderr", `head -c 3000000 /dev/zero >&2; ${answering("alice", "pw")}`, "basic alice pw"],
  ])("may answer %s", async (_, script, credential) => {
    use(script);
    expect(await ask(scene.provider(), GHCR)).toBe(credential);
  });

  it.each([
    ["fail", 'cat > /dev/null; echo "boom: token=s3cr3t"; echo "token=s3cr3t" >&2; exit 3', "exit code 3"],
    ["fail silently", "exit 1", "exit code 1"],
    [
      "say more than not found",
      'echo "s3cr3t: credentials not found in native keychain"; exit 1',
      "exit code 1",
    ],
    ["print rubbish", "echo 'not json { s3cr3t'", "JSON"],
    ["print nothing", "exit 0", "JSON"],
    ["print a list", "echo '[\"s3cr3t\"]'", "Username"],
    ["print null", "echo null", "JSON"],
    ["leave members out", 'echo \'{"Secret":"s3cr3t"}\'', "Username"],
    ["give other types", 'echo \'{"Username":1,"Secret":"s3cr3t"}\'', "Username"],
    ["give no secret", answering("s3cr3t", ""), "no secret"],
    ["flood", "yes s3cr3t", "1 MiB"],
    ["flood forever, deaf to signals", "trap '' TERM INT HUP PIPE; yes s3cr3t", "1 MiB"],
    ["kill themselves", "kill -9 $$", "SIGKILL"],
  ])("that %s are errors, and no other source is asked", async (_, script, why) => {
    use(script);
    scene.put(".config/containers/auth.json", { auths: { "ghcr.io": { auth: base64("bob:s3cr3t") } } });
    const error = await failure(ask(scene.provider(), GHCR));
    expect(error).toMatchObject({ code: "CREDENTIAL_HELPER", context: { helper: "test", host: "ghcr.io" } });
    expect(error.message).toContain("docker-credential-test");
    expect(error.message).toContain(why);
    expect(JSON.stringify([error.message, error.why, error.fix, error.context])).not.toContain("s3cr3t");
  });

  it.each([
    ["hang", "exec sleep 3600"],
    ["hang in a child that keeps the pipe", "sleep 5; echo"],
    ["wait for a signal they ignore", "trap '' TERM INT HUP; while :; do sleep 1; done"],
  ])("that %s are killed when the time is up", async (_, script) => {
    use(script);
    const error = await failure(ask(scene.provider({ helperTimeoutMs: 100 }), GHCR));
    expect(error).toMatchObject({ code: "CREDENTIAL_HELPER" });
    expect(error.message).toContain("did not answer within 0.1 s");
  });

  it("are killed when the question is withdrawn", async () => {
    use('echo $$ > "$HOME/pid"; exec sleep 3600');
    const stop = new AbortController();
    const asking = failure(ask(scene.provider(), GHCR, undefined, stop.signal));
    await expect.poll(() => scene.read("pid"), PATIENT).toMatch(/^[0-9]+\n$/);
    const pid = Number(scene.read("pid"));
    stop.abort();
    expect(await asking).toMatchObject({ code: "INTERRUPTED" });
    await expect.poll(() => isRunning(pid), PATIENT).toBe(false);
  });

  it("that are not there are errors that say what to do", async () => {
    scene.put(".docker/config.json", {
      credsStore: "desktop",
      auths: { "ghcr.io": { auth: base64("a:b") } },
    });
    const error = await failure(ask(scene.provider(), GHCR));
    expect(error).toMatchObject({ code: "CREDENTIAL_HELPER" });
    expect(error.message).toBe("the credential helper docker-credential-desktop is not installed");
    expect(error.fix).toContain(scene.config);
  });

  it.each(["../../x", "a;b", "a b", "a/b", "a\nb", "$(x)", "\u001b[31m"])(
    "cannot have the name %j",
    async (name) => {
      scene.put(".docker/config.json", { credHelpers: { "ghcr.io": name } });
      const error = await failure(ask(scene.provider(), GHCR));
      expect(error).toMatchObject({ code: "CREDENTIAL_HELPER" });
      expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    },
  );

  it("of a registry come before the one for all, and an empty name means the file", async () => {
    for (const name of ["own", "all"]) scene.helper(name, answering(name, "pw"));
    scene.put(".docker/config.json", {
      credsStore: "all",
      credHelpers: { "ghcr.io": "own", "quay.io": "" },
      auths: { "ghcr.io": { auth: base64("file:pw") }, "quay.io": { auth: base64("file:pw") } },
    });
    const provider = scene.provider();
    expect(await ask(provider, GHCR)).toBe("basic own pw");
    expect(await ask(provider, "https://quay.io")).toBe("basic file pw");
    expect(await ask(provider, "https://other.example")).toBe("basic all pw");
    expect(await ask(provider, "https://ghcr.io.other.example")).toBe("basic all pw");
  });

  it("that know nothing leave the answer to the next file, not to their own", async () => {
    use(`cat > /dev/null; ${NOT_FOUND}`);
    scene.put(".docker/config.json", {
      credsStore: "test",
      auths: { "ghcr.io": { auth: base64("stale:pw") } },
    });
    expect(await ask(scene.provider(), GHCR)).toBeUndefined();
    scene.put(".config/containers/auth.json", { auths: { "ghcr.io": { auth: base64("podman:pw") } } });
    expect(await ask(scene.provider(), GHCR)).toBe("basic podman pw");
  });

  it("are given host and port, or Docker Hub's names, on stdin without a line end", async () => {
    use(FILE_HELPER);
    const provider = scene.provider();
    await ask(provider, "http://localhost:5000", "acme/app");
    await ask(provider, "https://registry-1.docker.io", "acme/app");
    expect(scene.read("store/log").split("\n")).toEqual([
      "get localhost:5000",
      "get https://index.docker.io/v1/",
      "get docker.io",
      "get index.docker.io",
      "get registry-1.docker.io",
      "",
    ]);
  });

  it("are asked once for all who ask at the same time, and again later", async () => {
    use(`echo x >> "$HOME/calls"; ${answering("alice", "pw")}`);
    const provider = scene.provider();
    const all = await Promise.all(["a/b", "a/b", "c/d", undefined].map((name) => ask(provider, GHCR, name)));
    expect(new Set(all)).toEqual(new Set(["basic alice pw"]));
    expect(scene.read("calls")).toBe("x\n");
    await ask(provider, GHCR);
    expect(scene.read("calls")).toBe("x\nx\n");
  });

  it("are never asked for a registry with other characters", async () => {
    use(FILE_HELPER);
    for (const origin of [
      "https://evil\nhost",
      "https://evil%0ahost",
      "https://evil host",
      "https://a@ghcr.io",
    ])
      expect(await failure(ask(scene.provider(), origin))).toMatchObject({ code: "REFERENCE_INVALID" });
    expect(() => scene.read("store/log")).toThrow("ENOENT");
  });

  it("that are no programs of this system are errors", async () => {
    scene.helper("test", "");
    writeFileSync(`${scene.home}/bin/docker-credential-test`, "\u0000 no program");
    scene.put(".docker/config.json", { credsStore: "test" });
    expect(await failure(ask(scene.provider(), GHCR))).toMatchObject({ code: "CREDENTIAL_HELPER" });
    const env = { ...scene.options.env, BROKEN: "a\u0000b" };
    expect(await failure(ask(scene.provider({ env }), GHCR))).toMatchObject({ code: "CREDENTIAL_HELPER" });
  });

  it("say who gave the credential", async () => {
    use(answering("alice", "pw"));
    expect(await scene.provider().resolve({ origin: GHCR, actions: [] })).toMatchObject({
      source: "docker-credential-test",
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === "win32")("a helper's program", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = makeScene();
    scene.helper("x", answering("alice", "pw"));
    scene.put(".docker/config.json", { credsStore: "x" });
  });
  afterEach(() => scene[Symbol.dispose]());

  const HOME = (): { readonly HOME: string } => ({ HOME: scene.home });

  it("is not found in the folder that bale runs in", async () => {
    const here = relative(process.cwd(), `${scene.home}/bin`);
    for (const PATH of [undefined, "", ".", ":", here, `./${here}`, `${here}/`, `:${here}:`])
      expect(await failure(ask(scene.provider({ env: { ...HOME(), PATH } }), GHCR))).toMatchObject({
        code: "CREDENTIAL_HELPER",
      });
  });

  it("is looked for as Windows does it there: an .exe, in Path of any case", async () => {
    const provider = scene.provider({
      env: { USERPROFILE: scene.home, Path: `relative;${scene.home}/bin` },
      platform: "win32",
    });
    expect(await failure(ask(provider, GHCR))).toMatchObject({ code: "CREDENTIAL_HELPER" });
    // The script itself is this system's.
    scene.helper("x.exe", answering("alice", "pw").replace("cat", "/bin/cat").replace(" cat ", " /bin/cat "));
    expect(await ask(provider, GHCR)).toBe("basic alice pw");
  });
});
