const PART = /^[a-z0-9*][a-z0-9*-]*$/;
const LONGEST = 255;

/** Whether a text is a pattern of host names: `ghcr.io`, `*.dkr.ecr.*.amazonaws.com`. */
export function isHostPattern(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= LONGEST &&
    value.split(".").every((part) => PART.test(part) && !part.endsWith("-"))
  );
}

function partMatches(pattern: string, part: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === part;
  if (!part.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? "";
  for (const middle of rest) {
    const found = part.indexOf(middle, at);
    if (found < 0) return false;
    at = found + middle.length;
  }
  return part.length - last.length >= at && part.endsWith(last);
}

/** Whether one of the patterns stands for the host of an origin. `*` never reaches over a dot. Without patterns every host is meant. */
export function servesOrigin(patterns: readonly string[] | undefined, origin: string): boolean {
  if (patterns === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const parts = new URL(origin).hostname.split(".");
  return patterns.some((pattern) => {
    const wanted = pattern.split(".");
    return wanted.length === parts.length && wanted.every((each, at) => partMatches(each, parts[at] ?? ""));
  });
}
