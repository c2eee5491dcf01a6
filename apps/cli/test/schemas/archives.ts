import { digest, flag, list, object, oneOf, type Schema, text, whole } from "./schema.js";

/** What `export` and `import` print. */
export const archiveDocuments: Readonly<Record<"export" | "import", Schema>> = {
  export: object(
    {
      form: oneOf("layout", "files"),
      gzip: flag,
      outcome: oneOf("exported", "dry-run"),
      bundles: list(object({ reference: text, manifest: digest }, { name: text })),
      blobs: whole,
      externalBlobs: whole,
      leftOutBlobs: whole,
      leftOutBytes: whole,
      leftOut: list(text),
    },
    { output: text, digest, size: whole, files: whole },
  ),
  import: object(
    {
      archive: text,
      own: flag,
      outcome: oneOf("imported", "nothing-to-do", "dry-run"),
      bundles: list(
        object(
          { manifest: digest, outcome: oneOf("imported", "unchanged", "dry-run") },
          { name: text, reference: text },
        ),
      ),
      copiedBlobs: whole,
      copiedBytes: whole,
      reusedBlobs: whole,
      externalBlobs: whole,
      missingBlobs: whole,
    },
    { directory: text },
  ),
};
