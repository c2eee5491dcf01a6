import type { RemoteRepository, StoreDescription, StoreTrust } from "@bale/spec";
import { functionOf } from "./bound-function.js";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf } from "./safe-cause.js";

const LONGEST_LINE = 2000;
const MOST_MEMBERS = 64;
// The line that a user is asked to trust must show all of itself.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const MEMBER = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** @throws BaleError `PLUGIN_FAILED` */
export function checkTrust(guard: PluginGuard, answer: unknown, what: string): StoreTrust {
  const kind = memberOf(answer, "kind");
  const line = memberOf(answer, "line");
  const isLine =
    typeof line === "string" && line !== "" && line.length <= LONGEST_LINE && !UNPRINTABLE.test(line);
  if ((kind === "public" || kind === "needs-consent") && isLine) return { kind, line };
  throw guard.rubbish(`judging ${what}`, "it gave no kind of trust, or no line that can be printed");
}

/** @throws BaleError `PLUGIN_FAILED` */
export function checkDescription(
  guard: PluginGuard,
  answer: unknown,
  what: string,
): Omit<StoreDescription, "type"> {
  return guard.now(`describing ${what}`, () => {
    const rows = typeof answer === "object" && answer !== null ? Object.entries(answer) : [];
    const isPlain = ([name, value]: readonly [string, unknown]): boolean =>
      MEMBER.test(name) &&
      (typeof value === "string" ||
        typeof value === "boolean" ||
        (typeof value === "number" && Number.isFinite(value)));
    if (typeof answer === "object" && answer !== null && rows.length <= MOST_MEMBERS && rows.every(isPlain))
      return Object.fromEntries(rows) as Omit<StoreDescription, "type">;
    throw guard.rubbish(
      `describing ${what}`,
      "it gave something other than plain members: text, numbers, true and false",
    );
  });
}

const REMOTE_FUNCTIONS: readonly (keyof RemoteRepository)[] = [
  "resolve",
  "getManifest",
  "putManifest",
  "moveTag",
  "deleteTag",
  "listTags",
  "listReferrers",
  "ping",
  Symbol.asyncDispose,
];

/** @throws BaleError `PLUGIN_FAILED` */
export function checkRemote(guard: PluginGuard, opened: unknown, doing: string): RemoteRepository {
  const missing = guard.now(doing, () => REMOTE_FUNCTIONS.find((name) => !functionOf(opened, name)));
  if (missing !== undefined) throw guard.rubbish(doing, `its repository has no function ${String(missing)}`);
  const texts = ["registry", "repository"].every((name) => typeof memberOf(opened, name) === "string");
  const objects = ["limits", "blobs"].every((name) => typeof memberOf(opened, name) === "object");
  if (texts && objects) return opened as RemoteRepository;
  throw guard.rubbish(doing, "its repository has no name, no limits or no blobs");
}
