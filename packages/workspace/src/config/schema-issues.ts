import type { ConfigIssue } from "@bale/spec";
import * as v from "valibot";

/** All issues of a schema, in the form of the contract package. */
export function schemaIssues<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): { readonly output: v.InferOutput<Schema> | undefined; readonly issues: readonly ConfigIssue[] } {
  const result = v.safeParse(schema, value);
  if (result.success) return { output: result.output, issues: [] };
  return {
    output: undefined,
    issues: result.issues.map((issue) => ({
      path: (issue.path ?? []).map(({ key }) => key as string | number),
      message: issue.message,
    })),
  };
}
