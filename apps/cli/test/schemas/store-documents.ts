import {
  anything,
  digest,
  flag,
  list,
  map,
  object,
  oneOf,
  type Schema,
  text,
  time,
  whole,
} from "./schema.js";

export const stores: Schema = object(
  {
    stores: list(
      object(
        {
          name: text,
          type: text,
          trusted: flag,
          declared: flag,
          layers: list(text),
          files: whole,
          blobs: whole,
          bytes: whole,
        },
        { line: text, problem: text },
      ),
    ),
  },
  { reference: text, manifest: digest },
);
export const storageExplain: Schema = object(
  {
    paths: list(
      object(
        { path: text, size: whole, layer: text, tracked: flag, goesTo: text, stored: flag },
        {
          rule: object({ number: whole, store: text }, { match: text, largerThan: whole }),
          fixed: oneOf("declaration", "link", "empty"),
          now: list(object({ store: text, blob: digest, blobSize: whole, packed: flag })),
        },
      ),
    ),
  },
  {
    reference: text,
    manifest: digest,
    push: list(object({ store: text, blobs: whole, bytes: whole, requests: whole })),
    pushProblem: text,
  },
);
export const storageCheck: Schema = object({
  stores: list(
    object({
      name: text,
      type: text,
      line: text,
      verdict: oneOf("ready", "usable", "broken"),
      findings: list(object({ what: text, state: oneOf("works", "missing", "broken"), detail: text })),
      left: list(text),
    }),
  ),
});
export const storageMigrate: Schema = object({
  reference: text,
  outcome: oneOf("migrated", "nothing-to-do", "dry-run"),
  manifest: digest,
  previous: digest,
  contentDigest: digest,
  moves: list(object({ from: text, to: text, blobs: whole, bytes: whole })),
  sentBytes: whole,
  mixedPacks: whole,
});

export const registryHealth: Schema = object(
  {
    registry: text,
    repository: text,
    verdict: object({
      state: oneOf("ready", "usable with limits", "not usable", "not tried"),
      line: text,
      exit: whole,
    }),
    findings: list(
      object({
        id: text,
        state: oneOf("works", "missing", "limited", "not tried"),
        line: text,
        bale: text,
      }),
    ),
    scratch: object({ tag: text, removed: flag, left: list(text) }),
    requests: whole,
    sentBytes: whole,
  },
  { kept: text, profile: map(anything) },
);

export const collectedGarbage: Schema = object(
  { dryRun: flag },
  {
    removedFiles: whole,
    removedBytes: whole,
    kept: whole,
    stores: list(
      object(
        {
          name: text,
          line: text,
          users: list(text),
          versions: whole,
          usedBlobs: whole,
          removedBlobs: whole,
          removedBytes: whole,
          waitingBlobs: whole,
          waitingBytes: whole,
        },
        { nextAt: time },
      ),
    ),
    uploads: list(object({ name: text, line: text, abortedUploads: whole, supported: flag })),
  },
);
