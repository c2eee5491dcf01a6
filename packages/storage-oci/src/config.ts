import { type ConfigIssue, type ConfigSchema, isRegistryHost, isRepositoryName } from "@bale/spec";
import * as v from "valibot";

/** A store in `bale.yaml` or in the root of a bundle: the blobs of another repository. */
export interface OciConfig {
  readonly type: "oci";
  /** Host and port, in lower case, so that one registry has one line in `trustedStores`. */
  readonly registry: string;
  readonly repository: string;
}

function text(accepts: (value: string) => boolean, refusal: string): v.GenericSchema<string> {
  return v.pipe(v.string("is no text"), v.check(accepts, refusal));
}

const schema = v.strictObject({
  type: v.literal("oci", 'is not "oci"'),
  registry: text(
    (value) => isRegistryHost(value) && value === value.toLowerCase(),
    "is no registry: a host in lower case, with a port where it needs one, and without https://",
  ),
  repository: text(
    isRepositoryName,
    "is no repository name: lower-case letters, digits and . _ - / between them, without a tag",
  ),
});

function toIssue(issue: v.BaseIssue<unknown>): ConfigIssue {
  const path = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.type === "strict_object")
    return { path, message: issue.expected === "never" ? "is no member of such a store" : "is missing" };
  return { path, message: issue.message };
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const ociConfig: ConfigSchema<OciConfig> = {
  parse: (input) => {
    const parsed = v.safeParse(schema, input);
    return parsed.success
      ? { ok: true, value: parsed.output }
      : { ok: false, error: parsed.issues.map(toIssue) };
  },
};
