import type { TopicPart } from "../topic-page.js";

export const jsonTopic: readonly TopicPart[] = [
  {
    text: "--json prints exactly one document on stdout, also when the command fails. Everything else goes to stderr. `cat` writes content and takes no --json.",
  },
  {
    sample:
      '{"schemaVersion":1,"reference":"ghcr.io/acme/app:v1","outcome":"pushed", ...}\n{"schemaVersion":1,"error":{"code":"TAG_MOVED","message":"...","why":"...","fix":"...","context":{}}}',
  },
  {
    text: "Sizes are bytes, times are RFC 3339 in UTC, digests are whole. Within schemaVersion 1 members are added and never removed or changed; lists of words such as outcomes may grow. The schemas are in the package, in the folder schemas.",
  },
  {
    text: "--progress json writes one event a line on stderr: task-start, task-advance, task-retry, task-end, message.",
  },
  { sample: "bale status --json | jq -r '.changes[].path'" },
];
