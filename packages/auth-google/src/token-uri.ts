/**
 * The token endpoint that a credentials file names, if what the file holds may go there: https, to a host of Google's or one that the
 * user has named. Otherwise a file from elsewhere could have its reader's assertion sent to anybody.
 */
export function parseTokenUri(text: string, tokenHosts: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  const isTrusted = url.host.endsWith(".googleapis.com") || tokenHosts.includes(url.host);
  return url.protocol === "https:" && isPlain && isTrusted ? url.href : undefined;
}
