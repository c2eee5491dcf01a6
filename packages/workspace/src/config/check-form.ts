import type { ConfigIssue } from "@bale/spec";
import * as v from "valibot";

export interface FormResult<Output> {
  /** Present when nothing is wrong. */
  readonly output: Output | undefined;
  readonly issues: readonly ConfigIssue[];
}

/** Runs a schema; its issues come in the form of the contract package. */
export function checkForm<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
): FormResult<Output> {
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

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses lists where the schema library, for which a list is an object too, would not. */
export function onlyMap<Schema extends v.GenericSchema>(
  schema: Schema,
  message: string,
): v.SchemaWithPipe<readonly [v.UnknownSchema, v.CheckAction<unknown, string>, Schema]> {
  return v.pipe(v.unknown(), v.check(isMap, message), schema);
}
