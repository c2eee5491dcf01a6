import type { ConfigSchema } from "@bale/spec";

/** What a user may set for this source, below `credentials` of a registry. */
export interface NetrcConfig {
  /** Another file than `$NETRC` or `~/.netrc`. */
  readonly file?: string;
}

export const netrcConfig: ConfigSchema<NetrcConfig> = {
  parse: (input = {}) => {
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { ok: false, error: [{ path: [], message: "is no map" }] };
    const { file, ...others } = input as Readonly<Record<string, unknown>>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined)
      return { ok: false, error: [{ path: [unknown], message: "is no setting of netrc" }] };
    if (file === undefined) return { ok: true, value: {} };
    return typeof file === "string" && file !== ""
      ? { ok: true, value: { file } }
      : { ok: false, error: [{ path: ["file"], message: "is no path" }] };
  },
};
