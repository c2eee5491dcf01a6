import { type BundlePath, parseBundlePath } from "@bale/spec";
import { refuseArchive } from "./refuse-archive.js";

const LEADING_DOTS = /^(?:\.(?:\/+|$))+/;

function plain(name: string): string {
  return name.replace(LEADING_DOTS, "").replace(/\/+$/, "");
}

/**
 * The path of an entry; `undefined` for the root itself. oras names entries by the title of their layer, which is the folder that was pushed.
 * @throws BaleError `UNSAFE_PATH`, `NAME_ENCODING`, and what `parseBundlePath` throws
 */
export function entryPath(name: string, title: string): BundlePath | undefined {
  // The decoder puts this character where a name is not UTF-8.
  if (name.includes("\ufffd"))
    throw refuseArchive(
      "NAME_ENCODING",
      "an archive layer has a name that is not UTF-8",
      JSON.stringify(name.slice(0, 200)),
    );
  const path = plain(name);
  if (path === "") {
    if (!name.startsWith("/")) return undefined;
    throw refuseArchive(
      "UNSAFE_PATH",
      "an archive layer has an absolute name",
      JSON.stringify(name.slice(0, 200)),
    );
  }
  const folder = plain(title);
  if (folder !== "" && path !== folder && !path.startsWith(`${folder}/`))
    throw refuseArchive(
      "UNSAFE_PATH",
      `the archive "${title}" has an entry outside it`,
      JSON.stringify(name.slice(0, 200)),
    );
  return parseBundlePath(path);
}
