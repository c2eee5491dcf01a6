import { BaleError, type CallOptions, type Descriptor, type Digest } from "@bale/spec";
import { fallbackTag } from "../fallback-tag.js";
import { mergeReferrer } from "../referrers-index.js";
import { mayPassLater, pauseBeforeRetry } from "../retry-pause.js";
import { fetchManifest } from "./fetch-manifest.js";
import { exchangeName, type RegistryExchange } from "./registry-exchange.js";
import { sendManifest } from "./send-manifest.js";

const TRIES = 5;

/**
 * Adds an entry to the referrers tag of a registry without the API. No registry has a conditional tag write, so the list is read back,
 * and merged and written again when another writer's list took the place of ours.
 * @throws BaleError `TAG_MOVED` when that went on for five tries
 */
export async function recordReferrer(
  exchange: RegistryExchange,
  subject: Digest,
  referrer: Descriptor,
  options: CallOptions,
): Promise<void> {
  const tag = fallbackTag(subject);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const found = await fetchManifest(exchange, tag, options);
    const merged = mergeReferrer(found?.manifest.bytes, referrer);
    if (!merged) return;
    try {
      await sendManifest(exchange, tag, merged, { idempotent: false, signal: options.signal });
    } catch (error) {
      // A lost answer: the next round reads what came of it.
      if (!mayPassLater(error) || attempt === TRIES) throw error;
    }
    const stored = await fetchManifest(exchange, tag, options);
    if (stored && mergeReferrer(stored.manifest.bytes, referrer) === undefined) return;
    await pauseBeforeRetry({ attempt }, exchange.pauseMs, options.signal);
  }
  throw new BaleError({
    code: "TAG_MOVED",
    message: `the list of referrers ${tag} in ${exchangeName(exchange)} is changed by others all the time`,
    why: `after ${TRIES} tries the entry ${referrer.digest} was not in it`,
    fix: "run the command again",
    context: { repository: exchangeName(exchange), tag, digest: referrer.digest },
    retry: { kind: "safe" },
  });
}
