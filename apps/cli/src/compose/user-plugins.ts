import { createRequire } from "node:module";
import { dirname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BaleError, type Plugin } from "@bale/spec";

function fileOf(name: string, configFile: string): string {
  if (isAbsolute(name) || name.startsWith(".")) return resolve(dirname(configFile), name);
  // As seen from the user's configuration, not from wherever bale is installed.
  return createRequire(configFile).resolve(name);
}

async function load(name: string, configFile: string): Promise<Plugin> {
  try {
    const loaded = (await import(pathToFileURL(fileOf(name, configFile)).href)) as {
      readonly default?: unknown;
    };
    const exported = loaded.default;
    return (typeof exported === "function" ? exported() : exported) as Plugin;
  } catch (error) {
    throw new BaleError({
      code: "PLUGIN_INVALID",
      message: `the plugin ${name} cannot be loaded`,
      why: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error),
      fix: `install it where ${configFile} finds it, or remove it from plugins there`,
      context: { plugin: name, path: configFile },
      cause: error,
    });
  }
}

/** Plugins that the user's own configuration names; what they export is checked by the plugin host. @throws BaleError `PLUGIN_INVALID` */
export async function userPlugins(
  plugins: readonly string[],
  configFile: string,
): Promise<readonly Plugin[]> {
  return Promise.all(plugins.map((name) => load(name, configFile)));
}
