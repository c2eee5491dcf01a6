import { archiveDocuments } from "./archives.js";
import {
  annotations,
  blocked,
  fileState,
  lineage,
  listedFile,
  parent,
  pathChange,
  pullCost,
  pulledRole,
  pushedTag,
  shownLayer,
  shownRole,
  storedLayer,
  treeProblem,
  untracked,
} from "./parts.js";
import { plan } from "./plan-schema.js";
import { PLUGIN_DOCUMENTS } from "./plugin-documents.js";
import { REGISTRY_DOCUMENTS } from "./registry-documents.js";
import {
  anything,
  digest,
  either,
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
import {
  collectedGarbage,
  registryHealth,
  storageCheck,
  storageExplain,
  storageMigrate,
  stores,
} from "./store-documents.js";

const pushAlways = {
  reference: text,
  contentDigest: digest,
  outcome: oneOf("pushed", "nothing-to-do", "dry-run"),
  changes: list(pathChange),
  removed: list(text),
  sentFiles: whole,
  sentBlobs: whole,
  sentBytes: whole,
  reusedBlobs: whole,
  mountedBlobs: whole,
  artifactType: text,
  tags: list(pushedTag),
};
const pushSometimes = {
  manifest: digest,
  exact: flag,
  version: object({ tag: text, step: oneOf("patch", "minor", "major"), reason: text }, { previous: text }),
};
const push = object(pushAlways, pushSometimes);
const planned = object({ file: text, plan });

const pullSummary = object({
  writes: whole,
  writeBytes: whole,
  deletes: whole,
  adopts: whole,
  repairs: whole,
  keptLocal: whole,
  outside: whole,
  inSync: whole,
  unheld: whole,
});
const pullMembers = {
  reference: text,
  manifest: digest,
  contentDigest: digest,
  outcome: oneOf("pulled", "nothing-to-do", "dry-run"),
  changes: list(pathChange),
  summary: pullSummary,
  written: list(text),
  deleted: list(text),
  adopted: list(text),
  dropped: list(text),
  notDropped: list(object({ path: text, reason: text })),
  downloadedFiles: whole,
  downloadedBytes: whole,
  leftOut: list(text),
  lineage,
  blocked: list(blocked),
  keptOld: whole,
};

const tag = object(
  { reference: text, tag: text, manifest: digest, outcome: oneOf("moved", "unchanged", "removed") },
  { previous: digest },
);
const value = object({ key: text, value: anything, origin: text });
const written = object({ key: text, file: text });
const diffChange = object(
  { path: text, change: oneOf("added", "removed", "modified", "kind", "layer", "renamed") },
  {
    from: text,
    before: fileState,
    after: fileState,
    patch: either(object({ text }), object({ reason: oneOf("binary", "too-large", "unavailable") })),
  },
);

/** What each command prints with `--json`, without `schemaVersion`; by the command's name. */
export const DOCUMENTS: Readonly<Record<string, Schema>> = {
  init: object({ root: text, created: list(text), kept: list(text) }),
  clone: object({ ...pullMembers, directory: text }, { role: text }),
  quickstart: object({ steps: list(object({ command: text, says: text, exit: whole, output: text })) }),
  add: object({
    added: list(text),
    alreadyTracked: list(text),
    ignored: list(text),
    missing: list(text),
    refusedLinks: list(object({ path: text, target: text, why: text })),
    problems: list(treeProblem),
    complete: flag,
    dryRun: flag,
  }),
  remove: object({
    removed: list(text),
    deleted: list(text),
    kept: list(text),
    missing: list(text),
    dryRun: flag,
  }),
  status: object(
    {
      root: text,
      remote: object(
        { state: oneOf("reached", "known", "absent", "never") },
        { manifest: digest, contentDigest: digest, seenAt: time, problem: text },
      ),
      lineage,
      layers: list(text),
      leftOut: list(text),
      changes: list(pathChange),
      untracked: list(untracked),
      problems: list(treeProblem),
      unreadable: list(text),
      tracked: whole,
      held: whole,
      heldLayers: list(text),
    },
    { upstream: text, base: digest, role: text, total: whole },
  ),
  diff: object({ a: text, b: text, changes: list(diffChange) }, { verdicts: list(pathChange) }),
  restore: object(
    {},
    {
      replaced: list(object({ path: text, id: text, at: time, reason: text, size: whole }, { digest })),
      restored: list(text),
    },
  ),
  push: either(push, planned),
  repack: push,
  apply: either(
    object({ kind: oneOf("push"), ...pushAlways }, pushSometimes),
    object({ kind: oneOf("pull"), ...pullMembers }, { role: text }),
    object({ plan }),
  ),
  "storage ls": stores,
  "storage explain": storageExplain,
  "storage check": storageCheck,
  "storage migrate": storageMigrate,
  pull: either(object(pullMembers, { role: text }), planned),
  copy: object({
    source: text,
    destination: text,
    manifest: digest,
    outcome: oneOf("copied", "nothing-to-do", "dry-run"),
    copiedBlobs: whole,
    copiedBytes: whole,
    mountedBlobs: whole,
    reusedBlobs: whole,
  }),
  ...archiveDocuments,
  tag,
  untag: tag,
  ensure: object({
    reference: text,
    directory: text,
    manifest: digest,
    contentDigest: digest,
    outcome: oneOf("written", "nothing-to-do", "dry-run"),
    written: list(text),
    removed: list(text),
    downloadedFiles: whole,
    downloadedBytes: whole,
    leftOut: list(text),
  }),
  ls: object({
    reference: text,
    manifest: digest,
    contentDigest: digest,
    files: list(listedFile),
    leftOut: list(text),
  }),
  show: object(
    {
      reference: text,
      manifest: digest,
      contentDigest: digest,
      bale: flag,
      exact: flag,
      annotations,
      files: whole,
      size: whole,
      layers: list(shownLayer),
      roles: list(shownRole),
      stores: list(object({ name: text, type: text })),
      manifestLayers: whole,
    },
    {
      artifactType: text,
      envelope: oneOf("native", "compatible"),
      parent,
      defaultRole: text,
      file: listedFile,
    },
  ),
  manifest: object({ reference: text, digest, mediaType: text, size: whole, manifest: map(anything) }),
  tags: object({ reference: text, tags: list(text) }),
  roles: object(
    { reference: text, roles: list(pulledRole), layers: list(storedLayer), all: pullCost },
    { defaultRole: text },
  ),
  log: object({
    reference: text,
    entries: list(
      object({ manifest: digest, annotations }, { contentDigest: digest, version: text, created: text }),
    ),
    end: oneOf("beginning", "gone", "unknown", "limit"),
  }),
  verify: object(
    {
      subject: text,
      layers: list(object({ name: text, digest, files: whole, ok: flag })),
      checkedFiles: whole,
      checkedBlobs: whole,
      checkedBytes: whole,
      problems: list(object({ code: text, message: text }, { path: text, blob: digest })),
    },
    { manifest: digest, contentDigest: digest },
  ),
  ...REGISTRY_DOCUMENTS,
  completion: object(
    { shell: oneOf("bash", "zsh", "fish") },
    { script: text, candidates: list(object({ value: text, says: text })), files: flag },
  ),
  "registry doctor": registryHealth,
  gc: collectedGarbage,
  "config get": value,
  "config set": written,
  "config unset": written,
  "config list": object({ values: list(value) }),
  doctor: object({ root: text, problems: list(object({ what: text, fix: text, repaired: flag })) }),
  ...PLUGIN_DOCUMENTS,
  help: object({ topic: text, text }),
  version: object({ version: text, node: text, platform: text }),
  error: object({
    error: object(
      {
        code: { type: "string", pattern: "^[A-Z_]+$" },
        message: text,
        context: map(either(text, { type: "number" }, flag, list(text))),
      },
      { why: text, fix: text },
    ),
  }),
};

/** One document's schema as it is published. */
export function publishedSchema(name: string): Schema {
  const schema = DOCUMENTS[name] as { readonly anyOf?: readonly Schema[] } & Schema;
  const head = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: name === "error" ? "any command that fails, with --json" : `bale ${name} --json`,
  };
  return schema.anyOf ? { ...head, anyOf: schema.anyOf.map(versioned) } : { ...head, ...versioned(schema) };
}

function versioned(schema: Schema): Schema {
  const { properties, required } = schema as {
    readonly properties: object;
    readonly required: readonly string[];
  };
  return {
    type: "object",
    properties: { schemaVersion: { const: 1 }, ...properties },
    required: ["schemaVersion", ...required],
  };
}

/** The file of a schema, in the folder schemas. */
export function schemaFile(name: string): string {
  return `${name.replaceAll(" ", "-")}.schema.json`;
}
