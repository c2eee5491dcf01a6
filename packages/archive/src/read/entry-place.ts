import { type Digest, digestFromHex } from "@bale/spec";
import { archiveRefused, quoted } from "../archive-refused.js";

/** What an entry of an OCI layout is. */
export type EntryPlace =
  | { readonly type: "blob"; readonly digest: Digest }
  | { readonly type: "index" }
  | { readonly type: "layout" }
  /** A folder, or a file that no OCI layout needs; other tools put some there. */
  | { readonly type: "other" };

const LONGEST_NAME = 4096;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;

/** One spelling of a name: without `./` before it and slashes after it. @throws BaleError `UNSAFE_PATH` */
export function plainName(name: string): string {
  const parts = name.replace(/\/+$/, "").split("/");
  while (parts[0] === ".") parts.shift();
  const isUnsafe =
    name.length > LONGEST_NAME ||
    name.startsWith("/") ||
    /[\u0000-\u001f\u007f\\]|^[A-Za-z]:/.test(name) ||
    parts.some((part) => part === ".." || part === "." || (part === "" && parts.length > 1));
  if (isUnsafe || (parts.join("/") === "" && !/^\.\/*$/.test(name)))
    throw archiveRefused("UNSAFE_PATH", `it has an entry with an unsafe name: ${quoted(name)}`);
  return parts.join("/");
}

export function entryPlace(name: string): EntryPlace {
  if (name === "index.json") return { type: "index" };
  if (name === "oci-layout") return { type: "layout" };
  const hex = BLOB.exec(name)?.[1];
  return hex === undefined ? { type: "other" } : { type: "blob", digest: digestFromHex(hex) };
}
