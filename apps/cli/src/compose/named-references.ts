import { resolve } from "node:path";
import { type LayoutReference, parseReference } from "@bale/spec";

/** The registry of a reference as written; `undefined` for layouts, archives and what is no reference: the command itself says so. */
export function registryOf(
  text: string | undefined,
  defaultRegistry: string | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  try {
    const [reference = ""] = text.split("//");
    const parsed = parseReference(reference, { defaultRegistry });
    return parsed.kind === "registry" ? parsed.registry : undefined;
  } catch {
    return undefined;
  }
}

/** Layouts and archives are named relative to the folder where the command works; the client knows no such folder. */
export function absoluteReference(text: string, cwd: string): string {
  if (text.startsWith("oci:")) {
    const at = text.indexOf("//", "oci:".length + 1);
    const [reference, path] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
    const { directory } = parseReference(reference) as LayoutReference;
    return `oci:${resolve(cwd, directory)}${reference.slice("oci:".length + directory.length)}${path}`;
  }
  return /\.(?:tar|tar\.gz|tgz)$/.test(text) ? resolve(cwd, text) : text;
}
