import { flag, list, object, oneOf, type Schema, text } from "./schema.js";

const problem = { code: text, message: text };
const advice = { why: text, fix: text };
const listed = {
  name: text,
  place: oneOf("built-in", "project", "bale", "user", "file", "nowhere"),
  requestedBy: list(text),
  state: oneOf("ready", "off", "not-allowed", "unusable"),
  known: flag,
  loaded: flag,
  stores: list(text),
  remotes: list(text),
  credentials: list(text),
};
const sometimes = { version: text, path: text, problem: object(problem, advice) };
const check = object(
  { what: text, outcome: oneOf("ok", "failed", "skipped") },
  { problem: object(problem, advice) },
);

/** What the commands of the group `plugins` print. */
export const PLUGIN_DOCUMENTS: Readonly<Record<string, Schema>> = {
  "plugins ls": object({ plugins: list(object(listed, sometimes)) }),
  "plugins doctor": object({
    plugins: list(object({ ...listed, checks: list(check) }, sometimes)),
    problems: list(object({ plugin: text, what: text, ...problem }, advice)),
  }),
};
