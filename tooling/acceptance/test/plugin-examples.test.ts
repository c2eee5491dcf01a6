import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { serviceOrSkip, startWebdav } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, packPackages, run } from "./harness/packed-packages.js";
import { type GuideBlock, readGuide } from "./harness/read-guide.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GUIDE = readGuide("storage-backend-in-30-minutes");

/** Files of a folder with what is in them, but not what was built or installed there. */
function filesOf(folder: string, at = folder): Readonly<Record<string, string>> {
  const files = readdirSync(at, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(at, entry.name);
    if (entry.name === "node_modules" || entry.name === "build") return [];
    if (entry.isDirectory()) return Object.entries(filesOf(folder, path));
    return [[relative(folder, path), readFileSync(path, "utf8")]];
  });
  return Object.fromEntries(files);
}

/** The files that a reader of the guide has written by its end. */
function filesOfGuide(blocks: readonly GuideBlock[]): Readonly<Record<string, string>> {
  const isFile = ({ label }: GuideBlock): boolean => /\.(?:ts|json)$/.test(label);
  return Object.fromEntries(blocks.filter(isFile).map(({ label, text }) => [label, text]));
}

let scratch: string;
let tarballs: readonly string[];
beforeAll(async () => {
  // Outside the repository, so that nothing is found in a folder upward.
  scratch = mkdtempSync(join(tmpdir(), "bale-plugins-"));
  tarballs = await packPackages(join(scratch, "tarballs"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A project of somebody else's, with the packages that it needs and a compiler. */
async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}\n");
  await installPacked(folder, tarballs);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const programs = join(folder, "node_modules", ".bin");
  mkdirSync(programs, { recursive: true });
  symlinkSync(join(ROOT, "node_modules/typescript/bin/tsc"), join(programs, "tsc"));
  return folder;
}

function passed(output: string): number {
  return Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? /^ℹ pass (\d+)$/m.exec(output)?.[1] ?? 0);
}

describe("the example of credentials", () => {
  it("is built and tested with packed packages alone, outside the repository", async () => {
    const folder = await project("auth-netrc", filesOf(join(ROOT, "examples/auth-netrc")));
    await run(["npm", "run", "--silent", "build"], { cwd: folder });
    const output = await run([process.execPath, "--test", "--test-reporter=tap", "build/test"], {
      cwd: folder,
    });
    expect(passed(output)).toBeGreaterThan(20);
    expect(readdirSync(join(folder, "node_modules/@bale")).sort()).toEqual(
      ["conformance", "http", "plugin-host", "spec"].sort(),
    );
  });
});

describe("the guide", () => {
  it("has every file of the example, word for word", () => {
    const { "README.md": _readme, ...files } = filesOf(join(ROOT, "examples/storage-webdav"));
    expect(filesOfGuide(GUIDE)).toEqual(files);
  });

  it.skipIf(!serviceOrSkip("wsgidav"))(
    "leads to a plugin that passes its suites and keeps the files of a bundle",
    async () => {
      await using server = await startWebdav();
      const folder = await project("bale-storage-webdav", filesOfGuide(GUIDE));
      const home = join(scratch, "home");
      mkdirSync(home);
      const programs = join(scratch, "programs");
      mkdirSync(programs);
      const main = join(ROOT, "apps/cli/dist/main.js");
      writeFileSync(join(programs, "bale"), `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`, {
        mode: 0o755,
      });
      const host = new URL(server.url).host;
      const variable = host.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
      const env = {
        HOME: home,
        PATH: [programs, join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
        NODE_TEST_CONTEXT: undefined,
        npm_config_cache: join(scratch, "npm-cache"),
        npm_config_offline: "true",
        [`BALE_USERNAME_${variable}`]: server.account.username,
        [`BALE_PASSWORD_${variable}`]: server.account.password,
      };
      const bale = (cwd: string, ...args: string[]) => run([join(programs, "bale"), ...args], { cwd, env });
      let tested = 0;
      for (const { label, text } of GUIDE) {
        if (label !== "run") continue;
        // Nobody has published the example: its tarball, and that of the contract, stand for the names.
        if (text.includes("npm install"))
          await run(["npm", "pack", "--silent", "--ignore-scripts"], { cwd: folder, env });
        const packed = [
          join(folder, "bale-storage-webdav-1.0.0.tgz"),
          ...tarballs.filter((each) => /bale-spec-/.test(each)),
        ];
        const script = text
          .replaceAll("127.0.0.1:8080", host)
          .replace(/(npm install .*) bale-storage-webdav$/m, `$1 --no-audit --no-fund ${packed.join(" ")}`);
        tested += passed(await run(["sh", "-e", "-c", script], { cwd: folder, env }));
      }
      expect(tested).toBeGreaterThan(50);

      const work = join(scratch, "work");
      mkdirSync(work);
      const [declared] = GUIDE.filter(({ label }) => label === "bale.yaml");
      writeFileSync(join(work, "bale.yaml"), (declared?.text ?? "").replaceAll("127.0.0.1:8080", host));
      writeFileSync(join(work, "large.txt"), "far away\n".repeat(10_000));
      writeFileSync(join(work, "small.txt"), "near\n");
      const reference = `oci:${join(scratch, "layout")}:v1`;
      await bale(work, "init");
      await bale(work, "add", ".");
      const line = `webdav:http://${host}/bales`;
      await expect(bale(work, "push", reference)).rejects.toThrow(line);
      await bale(work, "config", "set", "trustedStores", JSON.stringify([line]));
      // The collection of the store is the user's to make.
      const authorization = `Basic ${Buffer.from(`${server.account.username}:${server.account.password}`).toString("base64")}`;
      expect(
        (await fetch(`${server.url}/bales/`, { method: "MKCOL", headers: { authorization } })).status,
      ).toBe(201);
      await bale(work, "push", reference);
      await bale(scratch, "clone", reference, "copy");
      const { ".bale": _state, ...copied } = filesOf(join(scratch, "copy"));
      expect(copied["large.txt"]).toBe(readFileSync(join(work, "large.txt"), "utf8"));
      expect(copied["small.txt"]).toBe("near\n");
      // Where the server is closed to others, so is the bundle.
      await expect(
        run([join(programs, "bale"), "clone", reference, "denied"], {
          cwd: scratch,
          env: { ...env, [`BALE_PASSWORD_${variable}`]: "wrong" },
        }),
      ).rejects.toThrow(/STORE_DENIED|AUTH_FAILED/);
    },
  );
});
