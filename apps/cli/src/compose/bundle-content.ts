import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { BaleError } from "@bale/spec";
import { openWorkspace } from "@bale/workspace";

function refused(name: string, folder: string, path: string): BaleError {
  return new BaleError({
    code: "PLUGIN_INVALID",
    message: `the plugin ${name} is not loaded from this workspace`,
    why: `${path} belongs to the bundle, and no code of a bundle is ever run`,
    fix: "install the plugin in the folder for plugins (`bale help plugins`), or remove node_modules from the bundle",
    context: { plugin: name, path: folder },
  });
}

function isInside(root: string, folder: string): boolean {
  const path = relative(root, folder);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/**
 * Refuses a plugin in a workspace's node_modules where that may be content of the bundle, whose author is anybody: any tracked path in a
 * node_modules folder, or one in the folder that a link leads to.
 * @throws BaleError `PLUGIN_INVALID`, and what opening the workspace throws
 */
export async function refuseBundleContent(root: string, name: string, folder: string): Promise<void> {
  // Places that are not in this workspace are the user's own.
  if (!isInside(root, folder)) return;
  await using workspace = await openWorkspace(root);
  const real = relative(realpathSync(root), realpathSync(folder)).split(sep).join("/");
  const inside = isInside(realpathSync(root), realpathSync(folder)) ? `${real}/` : undefined;
  for (const path of workspace.state.entries.keys()) {
    const isModule = `/${path}`.includes("/node_modules/");
    if (isModule || (inside !== undefined && path.startsWith(inside))) throw refused(name, folder, path);
  }
}
