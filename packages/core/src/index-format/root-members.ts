/** The members of a root that this version knows, in the order of the format's text. All others are kept as they are. */
export const ROOT_MEMBERS = [
  "schemaVersion",
  "requires",
  "contentDigest",
  "roles",
  "defaultRole",
  "stores",
  "layers",
] as const;

/** Names in `requires` that this version can satisfy. Version 1 of the format defines none. */
export const KNOWN_REQUIREMENTS: ReadonlySet<string> = new Set();
