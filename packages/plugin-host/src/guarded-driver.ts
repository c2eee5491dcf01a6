import type { BlobDriver, BlobLocator, DriverLimits } from "@bale/spec";
import { type Callable, functionOf } from "./bound-function.js";
import { createDriverCalls } from "./driver-calls.js";
import {
  guardedDeletion,
  guardedListing,
  guardedMounting,
  guardedUploads,
  statOf,
} from "./guarded-facets.js";
import { guardedRead, guardedWrite } from "./guarded-transfers.js";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf } from "./safe-cause.js";

function limitsOf(value: unknown): DriverLimits {
  const amounts = ["maxBlobSize", "partSize", "concurrency"].flatMap((name) => {
    const found = memberOf(value, name);
    return typeof found === "number" && found > 0 ? [[name, found] as const] : [];
  });
  return Object.fromEntries(amounts);
}

/** A count for a plan, never more than an estimate: one that cannot be used is 0. */
function requestCount(guard: PluginGuard, count: Callable, what: string): (size: number) => number {
  return (size) => {
    const requests = guard.now(`planning a write to ${what}`, () => count(size));
    return typeof requests === "number" && requests >= 0 && Number.isFinite(requests) ? requests : 0;
  };
}

/**
 * A driver as a plugin opened it, behind a check of everything that comes back: errors without secrets that name the plugin, answers of the right
 * form, and no call that never ends. Its members are read once, so that none can change later.
 * @throws BaleError `PLUGIN_FAILED` for what is no driver
 */
export function guardDriver(guard: PluginGuard, driver: unknown, what: string): BlobDriver {
  const opening = `opening ${what}`;
  const needed = (name: string | symbol): Callable => {
    const found = guard.now(opening, () => functionOf(driver, name));
    if (found) return found;
    throw guard.rubbish(opening, `its driver has no function ${String(name)}`);
  };
  const locate = needed("locate");
  const stat = needed("stat");
  const dispose = needed(Symbol.asyncDispose);
  const calls = createDriverCalls(guard, needed("classify"));
  const scheme = memberOf(driver, "scheme");
  if (typeof scheme !== "string" || scheme === "") throw guard.rubbish(opening, "its driver has no scheme");
  const writeRequests = guard.now(opening, () => functionOf(driver, "writeRequests"));
  const facet = <Facet>(make: () => Facet): Facet => guard.now(opening, make);
  const listing = facet(() => guardedListing(calls, memberOf(driver, "listing"), what));
  const deletion = facet(() => guardedDeletion(calls, memberOf(driver, "deletion"), what));
  const mounting = facet(() => guardedMounting(calls, memberOf(driver, "mounting"), what));
  const uploads = facet(() => guardedUploads(calls, memberOf(driver, "uploads"), what));
  return {
    scheme,
    limits: limitsOf(memberOf(driver, "limits")),
    verifiesDigest: memberOf(driver, "verifiesDigest") === true,
    locate: (digest) => {
      const locator = guard.now(`finding a place in ${what}`, () => locate(digest));
      if (typeof locator === "string" && locator !== "") return locator as BlobLocator;
      throw guard.rubbish(`finding a place in ${what}`, "it gave no locator");
    },
    stat: (locator, options) =>
      calls.call(
        { doing: `looking into ${what}`, signal: options?.signal },
        () => stat(locator, options),
        (answer) => (answer === undefined ? undefined : statOf(answer)),
      ),
    read: guardedRead(calls, needed("read"), what),
    write: guardedWrite(calls, needed("write"), what),
    classify: calls.classify,
    ...(writeRequests ? { writeRequests: requestCount(guard, writeRequests, what) } : {}),
    ...(listing ? { listing } : {}),
    ...(deletion ? { deletion } : {}),
    ...(mounting ? { mounting } : {}),
    ...(uploads ? { uploads } : {}),
    [Symbol.asyncDispose]: async () => {
      await guard.ask(`closing ${what}`, () => dispose());
    },
  };
}
