const OWN_PREFIX = "dev.bale.";

/** Whether bale itself writes annotations of this key. */
export function isOwnAnnotation(key: string): boolean {
  return key.startsWith(OWN_PREFIX);
}

/** A manifest's annotations without bale's own: what a user gave, version and creation time included. */
export function userAnnotations(
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOwnAnnotation(key)));
}
