import type { ConfigIssue, ConfigSchema } from "@bale/spec";
import * as v from "valibot";

/** A store in `bale.yaml` or in the root of a bundle: blobs under `path`, or under `path/prefix`. */
export interface FsConfig {
  readonly type: "fs";
  /** Absolute, `/`-separated, in its one canonical spelling, so that one place has one line in `trustedStores`. */
  readonly path: string;
  readonly prefix?: string | undefined;
}

const LONGEST_PATH = 1024;
const LONGEST_PREFIX = 256;
// A drive letter only with the slash behind it: `C:folder` is relative to whatever folder that drive is in.
const ABSOLUTE = /^(?:[A-Za-z]:)?\//;
const PREFIX = /^[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
// C0, DEL, C1, and the line and paragraph separators: the line that a user is asked to trust must show all of itself.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function pathProblem(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `is longer than ${LONGEST_PATH} characters`;
  if (path.startsWith("~")) return 'begins with "~", which only a shell expands; write the whole path';
  if (!ABSOLUTE.test(path)) return "is not absolute";
  if (path.includes("\\")) return "has a backslash; write / between folders";
  if (CONTROL.test(path)) return "has a control character";
  const parts = path.replace(ABSOLUTE, "").split("/");
  if (parts.length === 1 && parts[0] === "") return "is the root of the file system";
  if (parts.some((part) => part === "..")) return 'has a part ".."';
  if (parts.some((part) => part === "" || part === "."))
    return 'has an empty part or a part "."; write it without, and without a slash at the end';
  return undefined;
}

function prefixProblem(prefix: string): string | undefined {
  if (prefix.length > LONGEST_PREFIX) return `is longer than ${LONGEST_PREFIX} characters`;
  return PREFIX.test(prefix)
    ? undefined
    : "is no prefix: parts of letters, digits, dots, hyphens and underscores, none of which begins with a dot or a hyphen, with / between them";
}

function text(problem: (value: string) => string | undefined): v.GenericSchema<string> {
  return v.pipe(
    v.string("is no text"),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? problem(dataset.value) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
  );
}

const schema = v.strictObject({
  type: v.literal("fs", 'is not "fs"'),
  path: text(pathProblem),
  prefix: v.optional(text(prefixProblem)),
});

function toIssue(issue: v.BaseIssue<unknown>): ConfigIssue {
  const path = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.type === "strict_object")
    return { path, message: issue.expected === "never" ? "is no member of such a store" : "is missing" };
  return { path, message: issue.message };
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const fsConfig: ConfigSchema<FsConfig> = {
  parse: (input) => {
    const parsed = v.safeParse(schema, input);
    return parsed.success
      ? { ok: true, value: parsed.output }
      : { ok: false, error: parsed.issues.map(toIssue) };
  },
};
