import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

interface BuildResult {
  readonly metafile?: { readonly inputs: Readonly<Record<string, unknown>> } | undefined;
}
interface Hooks {
  readonly initialOptions: { metafile?: boolean };
  readonly onEnd: (end: (result: BuildResult) => void) => void;
}
interface BuildPlugin {
  readonly name: string;
  readonly setup: (build: Hooks) => void;
}

/** Folder of the package that a bundled file is from; `undefined` for files of this repository. */
function packageFolder(file: string): string | undefined {
  const match = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(resolve(file));
  return match?.[1] && existsSync(join(match[1], "package.json")) ? match[1] : undefined;
}

function noticeOf(folder: string): readonly [name: string, notice: string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
  return [`${name} ${version}`, text];
}

/** Writes the licences of everything that the builds put into the package: their authors ask for no more than that. */
export function licenseNotices(target: string): BuildPlugin {
  const notices = new Map<string, string>();
  return {
    name: "license-notices",
    setup: (build) => {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        for (const input of Object.keys(metafile?.inputs ?? {})) {
          const folder = packageFolder(input);
          if (folder !== undefined) notices.set(...noticeOf(folder));
        }
        const parts = [...notices]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, text]) => `${name}\n\n${text}\n`);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, parts.join(`\n${"-".repeat(80)}\n\n`));
      });
    },
  };
}
