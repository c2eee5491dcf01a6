import { BaleError } from "@bale/spec";
import { REGISTRY_MEMBERS } from "./user-registry-settings.js";

// Maps whose keys may hold dots: hosts, annotation names.
const DOTTED_MAPS: ReadonlyMap<string, "last-is-member" | "rest-is-key"> = new Map([
  ["registries", "last-is-member"],
  ["annotations", "rest-is-key"],
]);

/** Where the host ends: before the last step, or before `credentials`, whose members can be named one by one. */
function memberAt(steps: readonly string[]): number {
  const last = steps.length - 1;
  const isMember = REGISTRY_MEMBERS.some((member) => member === steps[last]);
  const credentials = steps.lastIndexOf("credentials");
  return isMember || credentials < 1 ? last : credentials;
}

/**
 * The steps of a key as typed: `pack.target`, `registries.ghcr.io.insecure`, `registries.ghcr.io/acme.credentials.source`,
 * `annotations.org.example.name`. A host, with its namespace, is everything between `registries` and the name of a member.
 * @throws BaleError `USAGE`
 */
export function parseConfigKey(key: string): readonly string[] {
  const steps = key.split(".");
  if (key.length > 1024 || steps.some((step) => step === ""))
    throw new BaleError({
      code: "USAGE",
      message: `not a key: ${JSON.stringify(key.slice(0, 100))}`,
      why: "a key is names joined by dots, such as pack.target",
    });
  const [first = "", ...rest] = steps;
  const form = DOTTED_MAPS.get(first);
  if (form === "last-is-member" && rest.length > 2) {
    const at = memberAt(rest);
    return [first, rest.slice(0, at).join("."), ...rest.slice(at)];
  }
  if (form === "rest-is-key" && rest.length > 1) return [first, rest.join(".")];
  return steps;
}
