import { fileState } from "./parts.js";
import { digest, either, flag, list, map, object, oneOf, type Schema, text, whole } from "./schema.js";

const predicted = object({
  requests: whole,
  bytes: whole,
  stores: list(object({ store: text, blobs: whole, bytes: whole }, { requests: whole })),
});
const shared = {
  schemaVersion: { const: 1 },
  reference: text,
  manifest: digest,
  contentDigest: digest,
  predicted,
};
const inTheWay = object(
  { kind: oneOf("file", "exec", "link", "folder", "special", "parent-is-file") },
  { digest, size: whole, layer: text, holdsUntracked: flag, path: text },
);
const expectation = either({ const: "absent" }, fileState, inTheWay);
const action = either(
  object({ type: oneOf("write"), path: text, state: fileState, expect: expectation, keepOld: flag }),
  object({ type: oneOf("delete"), path: text, expect: fileState, keepOld: flag }),
  object({ type: oneOf("adopt"), path: text, state: fileState }),
  object({ type: oneOf("set-base"), path: text }, { base: fileState, track: flag }),
  object({ type: oneOf("forget"), path: text }),
);
const pushPlan = object(
  {
    ...shared,
    kind: oneOf("push"),
    outcome: oneOf("push", "nothing-to-do"),
    options: object(
      {},
      {
        reference: text,
        setUpstream: flag,
        tags: list(text),
        bump: oneOf("patch", "minor", "major", "auto"),
        pre: text,
        latest: flag,
        force: flag,
        exact: flag,
        flat: flag,
        envelope: oneOf("native", "compatible"),
        annotations: map(text),
      },
    ),
    changes: list(object({ path: text }, { before: fileState, after: fileState })),
    tags: list(object({ tag: text, expect: either(digest, oneOf("absent", "anything")) })),
  },
  { remote: digest, version: text },
);
const pullPlan = object(
  {
    ...shared,
    kind: oneOf("pull"),
    outcome: oneOf("pull", "nothing-to-do"),
    options: object(
      {},
      {
        reference: text,
        roles: list(text),
        layers: list(text),
        paths: list(text),
        theirs: list(text),
        ours: list(text),
        overwrite: flag,
        mirror: flag,
        restore: flag,
        drop: flag,
        platform: text,
      },
    ),
    actions: list(action),
    dropped: list(text),
  },
  { remote: digest },
);

/** A file that `--plan` writes. */
export const plan: Schema = either(pushPlan, pullPlan);
