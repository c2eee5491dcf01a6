import { isRegistryHost, isRepositoryName } from "@bale/spec";

/** A host, and a namespace of it or none: a key of `registries`, or the place of a mirror. */
export interface RegistryKey {
  readonly host: string;
  readonly namespace: string | undefined;
}

/** Reads `host[:port][/namespace[/nested]]`; `undefined` for any other text. */
export function parseRegistryKey(text: string): RegistryKey | undefined {
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  const namespace = slash < 0 ? undefined : text.slice(slash + 1);
  if (!isRegistryHost(host) || (namespace !== undefined && !isRepositoryName(namespace))) return undefined;
  return { host, namespace };
}
