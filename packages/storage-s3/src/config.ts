import type { ConfigIssue, ConfigSchema } from "@bale/spec";
import * as v from "valibot";
import {
  bucketProblem,
  endpointProblem,
  isAwsRegion,
  kmsKeyProblem,
  prefixProblem,
  regionProblem,
  storageClassProblem,
} from "./config-grammar.js";

/** A store in `bale.yaml` or in the root of a bundle: blobs under `s3://bucket/prefix`. */
export interface S3Config {
  readonly type: "s3";
  readonly bucket: string;
  readonly prefix?: string | undefined;
  /** Needed for AWS: a bundle must lead every machine to the same place, whatever its environment says. */
  readonly region?: string | undefined;
  /** Origin of a server that is not AWS. */
  readonly endpoint?: string | undefined;
  /** Bucket in the path instead of the host's name. Default: true with an endpoint, false without. */
  readonly pathStyle?: boolean | undefined;
  /** Whether the store keeps a sha256 of each object. Default: false with an endpoint, true without. */
  readonly checksums?: boolean | undefined;
  /** Reads go out unsigned: the bucket is public, and nobody's keys are looked for. */
  readonly publicReads?: boolean | undefined;
  /** Whoever reads or writes pays for it. */
  readonly requesterPays?: boolean | undefined;
  readonly dualstack?: boolean | undefined;
  readonly accelerate?: boolean | undefined;
  readonly encryption?: "AES256" | "aws:kms" | "aws:kms:dsse" | undefined;
  readonly kmsKey?: string | undefined;
  readonly storageClass?: string | undefined;
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
const yesOrNo: v.GenericSchema<boolean> = v.boolean("is neither true nor false");

const schema = v.strictObject({
  type: v.literal("s3", 'is not "s3"'),
  bucket: text(bucketProblem),
  prefix: v.optional(text(prefixProblem)),
  region: v.optional(text(regionProblem)),
  endpoint: v.optional(text(endpointProblem)),
  pathStyle: v.optional(yesOrNo),
  checksums: v.optional(yesOrNo),
  publicReads: v.optional(yesOrNo),
  requesterPays: v.optional(yesOrNo),
  dualstack: v.optional(yesOrNo),
  accelerate: v.optional(yesOrNo),
  encryption: v.optional(
    v.picklist(["AES256", "aws:kms", "aws:kms:dsse"], "is none of AES256, aws:kms and aws:kms:dsse"),
  ),
  kmsKey: v.optional(text(kmsKeyProblem)),
  storageClass: v.optional(text(storageClassProblem)),
});

function* contradictions(config: S3Config): Generator<ConfigIssue> {
  const { accelerate, bucket, dualstack, encryption, endpoint, kmsKey, pathStyle, region } = config;
  if (endpoint === undefined) {
    if (region === undefined) yield { path: ["region"], message: "is missing" };
    else if (!isAwsRegion(region))
      yield { path: ["region"], message: "is no region of AWS; another provider needs an endpoint" };
  } else {
    if (dualstack) yield { path: ["dualstack"], message: "is for AWS only" };
    if (accelerate) yield { path: ["accelerate"], message: "is for AWS only" };
  }
  if (accelerate && (pathStyle || bucket.includes(".")))
    yield { path: ["accelerate"], message: "needs the bucket in the host's name, and no dot in the bucket" };
  if (config.publicReads && config.requesterPays)
    yield { path: ["publicReads"], message: "does not go with requesterPays: somebody has to pay" };
  if (kmsKey !== undefined && !encryption?.startsWith("aws:kms"))
    yield { path: ["kmsKey"], message: "needs an encryption by aws:kms or aws:kms:dsse" };
}

function toIssue(issue: v.BaseIssue<unknown>): ConfigIssue {
  const path = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.type === "strict_object")
    return { path, message: issue.expected === "never" ? "is no member of such a store" : "is missing" };
  return { path, message: issue.message };
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const s3Config: ConfigSchema<S3Config> = {
  parse: (input) => {
    const parsed = v.safeParse(schema, input);
    const issues = parsed.success ? [...contradictions(parsed.output)] : parsed.issues.map(toIssue);
    return parsed.success && issues.length === 0
      ? { ok: true, value: parsed.output }
      : { ok: false, error: issues };
  },
};
