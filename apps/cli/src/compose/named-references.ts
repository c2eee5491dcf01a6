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

// What may follow the file of an archive: a tag, a digest, and the path of a file in the bundle.
const ARCHIVE = /^(.*?\.(?:tar|tar\.gz|tgz))((?::[^/\\:@]*)?(?:@sha256:[0-9a-f]*)?(?:\/\/.*)?)$/;

/** Whether a text names an archive by one of its endings. */
export function isArchiveName(text: string): boolean {
  return ARCHIVE.test(text);
}

/** Layouts and archives are named relative to the folder where the command works; the client knows no such folder. */
export function absoluteReference(text: string, cwd: string): string {
  if (text.startsWith("oci:")) {
    const at = text.indexOf("//", "oci:".length + 1);
    const [reference, path] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
    const { directory } = parseReference(reference) as LayoutReference;
    return `oci:${resolve(cwd, directory)}${reference.slice("oci:".length + directory.length)}${path}`;
  }
  const [, file, rest = ""] = ARCHIVE.exec(text) ?? [];
  return file === undefined ? text : `${resolve(cwd, file)}${rest}`;
}
