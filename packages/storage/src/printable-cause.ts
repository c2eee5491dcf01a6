const LONGEST = 300;

/** One line about a foreign failure: no control characters, no user part and no query of a URL, since both can hold secrets. */
export function printableCause(cause: unknown): string {
  const text = cause instanceof Error ? cause.message || cause.name : String(cause);
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, "$1")
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#]\S*/gi, "$1")
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
    .slice(0, LONGEST);
}
