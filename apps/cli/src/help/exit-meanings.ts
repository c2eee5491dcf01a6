/** Every exit code, and what it says. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  0: "done, or nothing to do",
  1: "failed for a reason without a code of its own; with --exit-code: something differs",
  2: "the command line or a configuration file is wrong",
  3: "not found: reference, tag, blob, file or workspace",
  4: "authentication or permission",
  5: "integrity: bytes do not match their digest, or an index is damaged",
  6: "conflict: a push or pull would lose work, a tag moved, a file changed while it was read, a lock is held",
  7: "network, registry or store unavailable after retries",
  8: "this machine: disk full, no permission, too many open files",
  9: "unsafe content refused: a path, link, limit or redirect",
  10: "a media type, schema or capability that is not supported",
  11: "no such role or layer",
  130: "interrupted",
  143: "terminated",
  141: "whoever read the output closed it",
};
