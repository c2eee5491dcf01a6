import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describeCredential, environmentSuffix } from "@bale/auth";
import type { TestRegistry } from "@bale/test-registry";
import { describe, expect, it } from "vitest";
import { credentialSources, dockerOptions } from "../src/compose/credential-sources.js";
import { recordingIo, runInProcess } from "./in-process.js";
import { config, home, registryWith } from "./registries.js";
import { writeFiles } from "./temporary-folder.js";

const FILE = ".docker/config.json";
// Each source has a user of its own, so that the registry tells which one answered.
const NAMES = ["flag", "own", "general", "docker", "podman", "plugin", "team"] as const;
const users = Object.fromEntries(NAMES.map((name) => [name, `s3cret-of-${name}`]));
const entry = (name: string) => ({ auth: Buffer.from(`${name}:${users[name]}`).toString("base64") });

const guarded = (): Promise<TestRegistry> =>
  registryWith({ auth: { scheme: "bearer", users, anonymousPull: true } });

/** Everything that could answer for a registry at once. */
function everything(registry: TestRegistry): {
  readonly files: Record<string, string>;
  readonly env: Record<string, string>;
} {
  const suffix = environmentSuffix(registry.host);
  return {
    files: {
      ".config/bale/config.yaml": "plugins: [./plugin.mjs]\n",
      ".config/bale/plugin.mjs": `export default {
        specVersion: 1, name: "own-source",
        credentials: [{
          id: "vault", config: { parse: (input) => ({ ok: true, value: input }) },
          open: async (config) => ({
            id: "vault",
            resolve: async ({ origin }) => ({
              kind: "basic", username: config.user ?? "plugin",
              password: { reveal: () => "s3cret-of-" + (config.user ?? "plugin") },
            }),
          }),
        }],
      };`,
      [FILE]: JSON.stringify({ auths: { [registry.host]: entry("docker") } }),
      ".config/containers/auth.json": JSON.stringify({ auths: { [registry.host]: entry("podman") } }),
    },
    env: {
      [`BALE_USERNAME_${suffix}`]: "own",
      [`BALE_PASSWORD_${suffix}`]: "s3cret-of-own",
      BALE_USERNAME: "general",
      BALE_PASSWORD: "s3cret-of-general",
    },
  };
}

/** As whom a pull was asked for; what it printed, if it failed. */
async function asked(
  registry: TestRegistry,
  cwd: string,
  options: {
    readonly env?: Record<string, string>;
    readonly flags?: readonly string[];
    readonly repository?: string;
  } = {},
): Promise<string> {
  const { env = {}, flags = [], repository = "acme/app" } = options;
  registry.auth.clearAsked();
  registry.store.putManifest(repository, Buffer.from("{}"), { mediaType: "application/json", tag: "v1" });
  const result = await runInProcess(["tags", `${registry.host}/${repository}`, ...flags, "--debug", "-vv"], {
    cwd,
    env: { BALE_RETRIES: "0", ...env },
    input: "s3cret-of-flag",
  });
  expect(`${result.stdout}${result.stderr}`).not.toMatch(/s3cret-of/);
  return result.exit === 0
    ? (registry.auth.asked[0]?.user ?? "nobody was asked")
    : `${result.exit} ${result.stderr}`;
}

describe("credentials come from the first source that knows the registry", () => {
  it("the command line, variables, files, plugins, nobody", async () => {
    const registry = await guarded();
    const { env, files } = everything(registry);
    const flags = ["--username", "flag", "--password-stdin"];
    const cwd = home(files);
    expect(await asked(registry, cwd, { env, flags })).toBe("flag");
    expect(await asked(registry, cwd, { env })).toBe("own");
    const { BALE_USERNAME = "", BALE_PASSWORD = "" } = env;
    expect(await asked(registry, cwd, { env: { BALE_USERNAME, BALE_PASSWORD } })).toBe("general");
    expect(await asked(registry, cwd)).toBe("docker");
    writeFiles(cwd, { [FILE]: "{}" });
    expect(await asked(registry, cwd)).toBe("podman");
    writeFiles(cwd, { ".config/containers/auth.json": "{}" });
    expect(await asked(registry, cwd)).toBe("plugin");
    writeFiles(cwd, { ".config/bale/config.yaml": "" });
    expect(await asked(registry, cwd)).toBe("anonymous");
  });

  it("the source that the configuration names for a namespace, and then no other", async () => {
    const registry = await guarded();
    const { files } = everything(registry);
    const cwd = home({
      ...files,
      ...config(`plugins: [./plugin.mjs]
registries:
  "${registry.host}": { credentials: { source: vault } }
  "${registry.host}/open": { credentials: anonymous }
  "${registry.host}/team": { credentials: { source: docker, file: team.json } }
  "${registry.host}/team/other": { credentials: { source: vault, user: team } }
  "${registry.host}/none": { credentials: { source: github } }
`),
      "team.json": JSON.stringify({ auths: { [registry.host]: entry("team") } }),
    });
    const at = (repository: string, env = {}): Promise<string> => asked(registry, cwd, { repository, env });
    expect(await at("acme/app")).toBe("plugin");
    expect(await at("open/app")).toBe("anonymous");
    expect(await at("opener/app")).toBe("plugin");
    expect(await at("team/app")).toBe("team");
    expect(await at("team/other/app")).toBe("team");
    // The source is asked and knows nothing of this registry: it is nobody, and not what files hold.
    expect(await at("none/app")).toBe("anonymous");
    // What somebody writes for this very command, or for this host, comes before.
    expect(await at("open/app", { BALE_USERNAME: "general", BALE_PASSWORD: "s3cret-of-general" })).toBe(
      "general",
    );
    expect(
      await asked(registry, cwd, {
        repository: "open/app",
        flags: ["--username", "flag", "--password-stdin"],
      }),
    ).toBe("flag");
  });

  it.each([
    ["{ source: unheard-of }", "unheard-of"],
    ["{ source: gh, scope: all }", "it has no setting scope"],
    ["{ source: docker, file: 5 }", "its file is no path"],
    ["{ source: docker, helper: x }", "it has no setting helper"],
  ])("a source that is written as %s is a mistake", async (written, expected) => {
    const registry = await guarded();
    const cwd = home(config(`registries: { "${registry.host}": { credentials: ${written} } }\n`));
    const result = await asked(registry, cwd);
    expect(result).not.toBe("anonymous");
    expect(result).toContain(expected);
    expect(registry.auth.asked).toEqual([]);
  });
});

describe("a helper that is", () => {
  it.each([
    ["missing", undefined, "is not installed"],
    ["failing", "echo s3cret-of-podman; exit 3", "exit code 3"],
    ["printing rubbish", "echo '{ s3cret-of-podman'", "JSON"],
  ])("%s is an error for its registry, and no other source is asked", async (_what, script, expected) => {
    const registry = await guarded();
    const other = await guarded();
    const { files } = everything(registry);
    const cwd = home({
      ...files,
      [FILE]: JSON.stringify({
        credHelpers: { [registry.host]: "broken" },
        auths: { [other.host]: entry("docker") },
      }),
    });
    if (script !== undefined) {
      writeFiles(cwd, { "bin/docker-credential-broken": `#!/bin/sh\ncat > /dev/null\n${script}\n` });
      chmodSync(join(cwd, "bin/docker-credential-broken"), 0o755);
    }
    const env = { PATH: `${join(cwd, "bin")}:/usr/bin:/bin`, HOME: cwd };
    const result = await asked(registry, cwd, { env });
    expect(result).toMatch(/^4 /);
    expect(result).toContain("[CREDENTIAL_HELPER]");
    expect(result).toContain("docker-credential-broken");
    expect(result).toContain(expected);
    // Neither podman's file nor the plugin was asked, and nothing was tried as nobody.
    expect(registry.auth.asked).toEqual([]);
    expect(await asked(other, cwd, { env })).toBe("docker");
  });
});

describe("the sources for ghcr.io", () => {
  const sources = (cwd: string, env: Readonly<Record<string, string>>) => {
    const { io } = recordingIo({ cwd, env });
    const warn = (): void => {};
    return credentialSources({
      io,
      cwd,
      files: dockerOptions({ io, cwd, registryConfig: undefined, warn }),
      environmentOrigins: ["https://ghcr.io"],
      choiceOf: () => undefined,
      plugins: { provider: { id: "plugins", resolve: async () => undefined }, open: () => Promise.reject() },
      warn,
    });
  };
  const answers = async (cwd: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const source of sources(cwd, env)) {
      const credential = await source.resolve({ origin: "https://ghcr.io", actions: ["pull"] });
      if (credential) found.push(describeCredential(credential));
    }
    return found;
  };

  it("are asked in their order, GitHub's own after the files", async () => {
    const cwd = home({
      [FILE]: JSON.stringify({ auths: { "ghcr.io": entry("docker") } }),
      "bin/gh": '#!/bin/sh\n[ "$*" = "auth token --hostname github.com" ] && echo gho_0123456789\n',
    });
    chmodSync(join(cwd, "bin/gh"), 0o755);
    const env = {
      PATH: `${join(cwd, "bin")}:/usr/bin:/bin`,
      BALE_TOKEN_GHCR_IO: "t",
      GITHUB_TOKEN: "t",
      GITHUB_ACTOR: "octo",
    };
    expect(await answers(cwd, env)).toEqual([
      "the holder of a token (BALE_TOKEN_GHCR_IO)",
      expect.stringMatching(/^docker \(/),
      "octo (GITHUB_TOKEN)",
      "gh (gh)",
    ]);
    expect(await answers(home(), { PATH: "/nowhere" })).toEqual([]);
  });
});
