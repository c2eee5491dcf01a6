import type { ConfigIssue, ConfigSchema } from "@bale/spec";

/** A store in `bale.yaml`: a collection of a WebDAV server. */
export interface WebdavConfig {
  /** In its one canonical spelling, so that one place has one line in `trustedStores`. */
  readonly url: string;
}

function urlProblem(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return "is no URL";
  const { protocol, username, password, search, hash, href } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return "is no https or http URL";
  if (username !== "" || password !== "") return "holds a user or password, which do not belong here";
  if (search !== "" || hash !== "") return "has a query or fragment";
  const canonical = href.replace(/\/+$/, "");
  return url === canonical ? undefined : `is not written as ${canonical}`;
}

/** Strict: an unknown member is a mistake, not something to carry along. */
export const webdavConfig: ConfigSchema<WebdavConfig> = {
  parse: (input) => {
    const { type: _type, url, ...others } = input as Readonly<Record<string, unknown>>;
    const issues: ConfigIssue[] = Object.keys(others).map((name) => ({
      path: [name],
      message: "is no member of such a store",
    }));
    const problem = urlProblem(url);
    if (problem !== undefined) issues.push({ path: ["url"], message: problem });
    return issues.length > 0 ? { ok: false, error: issues } : { ok: true, value: { url: url as string } };
  },
};
