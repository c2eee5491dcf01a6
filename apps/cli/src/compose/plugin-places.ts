import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UserPlaces } from "../settings/load-user-config.js";

/** Where a package of a plugin can be: `project`, beside bale itself, or in the folder that is kept for plugins. */
export interface PluginPlace {
  readonly kind: "project" | "bale" | "user";
  /** A node_modules folder. */
  readonly folder: string;
}

/**
 * The folder for `npm install --prefix`. XDG base directory specification: a relative value of `XDG_DATA_HOME` is ignored. On Windows it is among
 * the data that stays on the machine, since it holds code.
 */
export function pluginFolder({ env, home }: UserPlaces, platform: string = process.platform): string {
  const xdg = env["XDG_DATA_HOME"];
  const local = env["LOCALAPPDATA"];
  const folder =
    xdg !== undefined && isAbsolute(xdg)
      ? xdg
      : platform === "win32" && local !== undefined && local !== ""
        ? local
        : join(home, ".local", "share");
  return join(folder, "bale", "plugins");
}

function packageOf(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly name?: unknown };
      if (name === "bale") return folder;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** Packages that were installed with bale: below it, and beside it where it is itself in a node_modules folder. No folder further up. */
function besideBale(): readonly string[] {
  const own = packageOf(fileURLToPath(import.meta.url));
  if (own === undefined) return [];
  const parent = dirname(own);
  return [join(own, "node_modules"), ...(basename(parent) === "node_modules" ? [parent] : [])];
}

/** The places in which packages are looked for, in order. The current folder is not among them, nor any folder above one that is. */
export function pluginPlaces(places: UserPlaces, workspace: string | undefined): readonly PluginPlace[] {
  return [
    ...(workspace === undefined
      ? []
      : [{ kind: "project" as const, folder: join(workspace, "node_modules") }]),
    ...besideBale().map((folder) => ({ kind: "bale" as const, folder })),
    { kind: "user", folder: join(pluginFolder(places), "node_modules") },
  ];
}
