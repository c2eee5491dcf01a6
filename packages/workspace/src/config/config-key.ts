import { BaleError } from "@bale/spec";

// Maps whose keys may hold dots: hosts, annotation names.
const DOTTED_MAPS: ReadonlyMap<string, "last-is-member" | "rest-is-key"> = new Map([
  ["registries", "last-is-member"],
  ["annotations", "rest-is-key"],
]);

/**
 * The steps of a key as typed: `pack.target`, `registries.ghcr.io.insecure`, `annotations.org.example.name`.
 * A host is everything between `registries` and the last step.
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
  if (form === "last-is-member" && rest.length > 2)
    return [first, rest.slice(0, -1).join("."), rest.at(-1) ?? ""];
  if (form === "rest-is-key" && rest.length > 1) return [first, rest.join(".")];
  return steps;
}
