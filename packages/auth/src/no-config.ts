import type { ConfigSchema } from "@bale/spec";

export type NoConfig = Readonly<Record<string, never>>;

/** The configuration of a source of credentials that takes no settings: nothing, or an empty object. */
export const noConfig: ConfigSchema<NoConfig> = {
  parse: (input) => {
    const empty =
      input === undefined ||
      (typeof input === "object" &&
        input !== null &&
        !Array.isArray(input) &&
        Object.keys(input).length === 0);
    return empty
      ? { ok: true, value: {} }
      : { ok: false, error: [{ path: [], message: "this source of credentials takes no settings" }] };
  },
};
