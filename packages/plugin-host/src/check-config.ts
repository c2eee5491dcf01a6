import type { ConfigIssue } from "@bale/spec";
import { functionOf } from "./bound-function.js";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf } from "./safe-cause.js";

export type CheckedConfig =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

const MOST_ISSUES = 100;

function pathOf(value: unknown): readonly (string | number)[] {
  if (!Array.isArray(value)) return [];
  return value.map((part: unknown) => {
    // Standard Schema has plain keys, and objects that hold one.
    const key = typeof part === "object" ? memberOf(part, "key") : part;
    return typeof key === "number" ? key : String(key);
  });
}

function issuesOf(value: unknown, guard: PluginGuard): readonly ConfigIssue[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.slice(0, MOST_ISSUES).map((issue: unknown) => {
    const message = memberOf(issue, "message");
    return {
      path: pathOf(memberOf(issue, "path")),
      message: guard.secrets.redact(typeof message === "string" && message !== "" ? message : "is not valid"),
    };
  });
}

function fromStandard(answer: unknown, guard: PluginGuard): CheckedConfig | undefined {
  const issues = memberOf(answer, "issues");
  if (issues !== undefined) {
    const found = issuesOf(issues, guard);
    return found && { ok: false, issues: found };
  }
  return typeof answer === "object" && answer !== null && "value" in answer
    ? { ok: true, value: answer.value }
    : undefined;
}

function fromParse(answer: unknown, guard: PluginGuard): CheckedConfig | undefined {
  const ok = memberOf(answer, "ok");
  if (ok === true) return { ok, value: memberOf(answer, "value") };
  const issues = ok === false ? issuesOf(memberOf(answer, "error"), guard) : undefined;
  return issues && { ok: false, issues };
}

/** Whether a value is one of the two forms of a schema. Runs nothing of it. */
export function isSchema(value: unknown): boolean {
  return (
    typeof memberOf(memberOf(value, "~standard"), "validate") === "function" ||
    typeof memberOf(value, "parse") === "function"
  );
}

/**
 * Checks a configuration by the schema of a plugin. Input and schema share nothing that one could change under the other.
 * @throws BaleError `PLUGIN_FAILED` where the schema throws, does not end, or answers what no schema answers
 */
export async function checkConfig(
  guard: PluginGuard,
  schema: unknown,
  input: unknown,
  what: string,
): Promise<CheckedConfig> {
  const doing = `checking ${what}`;
  const standard = guard.now(doing, () => functionOf(memberOf(schema, "~standard"), "validate"));
  const parse = guard.now(doing, () => functionOf(schema, "parse"));
  const own: unknown = structuredClone(input);
  const checked = await guard.ask(doing, async () =>
    standard
      ? fromStandard(await standard(own), guard)
      : parse
        ? fromParse(await parse(own), guard)
        : undefined,
  );
  if (checked) return checked;
  throw guard.rubbish(doing, "its schema gave an answer that the contract does not know");
}
