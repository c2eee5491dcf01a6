import type { ConfigIssue, ConfigSchema } from "@bale/spec";
import * as v from "valibot";
import {
  containerProblem,
  endpointProblem,
  isAccount,
  prefixProblem,
  usualEndpoint,
} from "./config-grammar.js";

/** A store in `bale.yaml` or in the root of a bundle: blobs in a container, or under a prefix in it. */
export interface AzureConfig {
  readonly type: "azure";
  readonly account: string;
  readonly container: string;
  readonly prefix?: string | undefined;
  /** Address of the account's blob service. Always there once it is parsed: credentials are looked up by it. */
  readonly endpoint: string;
  /** Reads say nothing of who asks: the container is public, and nobody's credentials are looked for. */
  readonly publicReads?: boolean | undefined;
  /** Access tier of what is written; without it, the account's own. */
  readonly tier?: "hot" | "cool" | "cold" | undefined;
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
  type: v.literal("azure", 'is not "azure"'),
  account: text((value) =>
    isAccount(value) ? undefined : "is no account: 3 to 24 lower-case letters and digits",
  ),
  container: text(containerProblem),
  prefix: v.optional(text(prefixProblem)),
  endpoint: v.optional(v.string("is no text")),
  publicReads: v.optional(v.boolean("is neither true nor false")),
  tier: v.optional(v.picklist(["hot", "cool", "cold"], "is none of hot, cool and cold")),
});

function toIssue(issue: v.BaseIssue<unknown>): ConfigIssue {
  const path = (issue.path ?? []).map((item) => (typeof item.key === "number" ? item.key : String(item.key)));
  if (issue.type === "strict_object")
    return { path, message: issue.expected === "never" ? "is no member of such a store" : "is missing" };
  return { path, message: issue.message };
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const azureConfig: ConfigSchema<AzureConfig> = {
  parse: (input) => {
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) return { ok: false, error: parsed.issues.map(toIssue) };
    const { output } = parsed;
    const endpoint = output.endpoint ?? usualEndpoint(output.account);
    const problem = endpointProblem(endpoint, output.account);
    if (problem !== undefined) return { ok: false, error: [{ path: ["endpoint"], message: problem }] };
    return { ok: true, value: { ...output, endpoint } };
  },
};
