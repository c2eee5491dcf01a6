const KiB = 1024;
const MiB = 1024 * KiB;

// "as number": a declaration cannot carry the type of a product (isolatedDeclarations).
/** Every bound on untrusted input, in one table. Sizes are bytes, times milliseconds. */
export const LIMITS = {
  manifestBytes: (4 * MiB) as number,
  rootBytes: (1 * MiB) as number,
  jsonDepth: 64,
  /** Values in one JSON document, so that a few MiB of empty arrays cannot become hundreds of MiB of objects. The longest list of blobs has 524,290. */
  jsonValues: 600_000,
  /** The same for a manifest: thirty values for each of the most layers. */
  manifestValues: 300_000,
  tableRows: 65_536,
  tableBlobs: 131_072,
  tableDecodedBytes: (64 * MiB) as number,
  tables: 1_024,
  files: 4_000_000,
  rowBytes: (16 * KiB) as number,
  /** Decoded to stored bytes; applies once more than `expansionFreeBytes` are decoded. */
  expansionRatio: 1_000,
  expansionFreeBytes: (10 * MiB) as number,
  memberDecodedBytes: (8 * MiB) as number,
  extentSkipBytes: (8 * MiB) as number,
  linkTargetBytes: 4_096,
  pathBytes: 4_096,
  pathPartBytes: 255,
  manifestLayers: 10_000,
  tagPages: 10_000,
  pageBytes: (10 * MiB) as number,
  redirects: 5,
  errorBodyBytes: (64 * KiB) as number,
  tokenBytes: (1 * MiB) as number,
  headerBytes: (64 * KiB) as number,
  connectMs: 10_000,
  silenceMs: 60_000,
  retryAfterMs: 120_000,
  tries: 5,
  parents: 64,
  configBytes: (1 * MiB) as number,
  archiveEntries: 1_000_000,
} as const;
