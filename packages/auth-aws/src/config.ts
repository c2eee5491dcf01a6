import type { ConfigSchema } from "@bale/spec";

export interface EcrConfig {
  /** A profile of `~/.aws/config`. */
  readonly profile?: string | undefined;
}

// What a profile's name can be in the files of AWS, and nothing that a terminal would act on.
const PROFILE = /^[\x20-\x5c\x5e-\x7e]{1,128}$/;

/** Strict: an unknown member is a mistake. */
export const ecrConfig: ConfigSchema<EcrConfig> = {
  parse: (input) => {
    if (input === undefined) return { ok: true, value: {} };
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { ok: false, error: [{ path: [], message: "is no mapping" }] };
    const { profile, ...others } = input as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(others).map((name) => ({ path: [name], message: "is no setting of ECR" }));
    if (unknown.length > 0) return { ok: false, error: unknown };
    if (profile === undefined) return { ok: true, value: {} };
    return typeof profile === "string" && PROFILE.test(profile)
      ? { ok: true, value: { profile } }
      : { ok: false, error: [{ path: ["profile"], message: "is no name of a profile" }] };
  },
};
