import type { ConfigIssue, ConfigSchema } from "@bale/spec";
import * as v from "valibot";
import { bucketProblem, endpointProblem, prefixProblem, USUAL_ENDPOINT } from "./config-grammar.js";

/** A store in `bale.yaml` or in the root of a bundle: blobs in a bucket, or under a prefix in it. */
export interface GcsConfig {
  readonly type: "gcs";
  readonly bucket: string;
  readonly prefix?: string | undefined;
  /** Origin of the JSON API. Always there once it is parsed: credentials are looked up by it. */
  readonly endpoint: string;
  /** Reads say nothing of who asks: the bucket is public, and nobody's credentials are looked for. */
  readonly publicReads?: boolean | undefined;
  /** Storage class of what is written; without it, the bucket's own. */
  readonly storageClass?: "STANDARD" | "NEARLINE" | "COLDLINE" | "ARCHIVE" | undefined;
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
  type: v.literal("gcs", 'is not "gcs"'),
  bucket: text(bucketProblem),
  prefix: v.optional(text(prefixProblem)),
  endpoint: v.optional(text(endpointProblem), USUAL_ENDPOINT),
  publicReads: v.optional(v.boolean("is neither true nor false")),
  storageClass: v.optional(
    v.picklist(
      ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"],
      "is none of STANDARD, NEARLINE, COLDLINE and ARCHIVE",
    ),
  ),
});

function toIssue(issue: v.BaseIssue<unknown>): ConfigIssue {
  const path = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.type === "strict_object")
    return { path, message: issue.expected === "never" ? "is no member of such a store" : "is missing" };
  return { path, message: issue.message };
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const gcsConfig: ConfigSchema<GcsConfig> = {
  parse: (input) => {
    const parsed = v.safeParse(schema, input);
    return parsed.success
      ? { ok: true, value: parsed.output }
      : { ok: false, error: parsed.issues.map(toIssue) };
  },
};
