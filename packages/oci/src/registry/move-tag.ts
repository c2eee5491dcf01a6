import {
  BaleError,
  type CallOptions,
  type Digest,
  type RawManifest,
  type ResolvedTag,
  type Tag,
  type TagUpdate,
} from "@bale/spec";
import { mayPassLater, pauseBeforeRetry } from "../retry-pause.js";
import { meetsExpectation, type TagExpectation } from "../tag-expectation.js";
import { describeManifest } from "./describe-manifest.js";
import { exchangeName, type RegistryExchange } from "./registry-exchange.js";
import { sendManifest } from "./send-manifest.js";

const READ_BACKS = 3;

/** Looks again while the answer is still the old one: some registries serve a tag from a cache for a moment. */
async function readBack(
  exchange: RegistryExchange,
  tag: Tag,
  before: Digest | undefined,
  options: CallOptions,
): Promise<Digest | undefined> {
  for (let look = 1; ; look++) {
    const found = (await describeManifest(exchange, tag, options))?.digest;
    if (found !== before || look === READ_BACKS) return found;
    await pauseBeforeRetry({ attempt: look }, exchange.pauseMs, options.signal);
  }
}

/** A manifest that was accepted by digest and is refused by an existing tag: the tag is what cannot change. */
function immutable(
  error: unknown,
  exchange: RegistryExchange,
  tag: Tag,
  before: ResolvedTag | undefined,
): unknown {
  if (!BaleError.is(error, "REGISTRY_LIMIT") || before === undefined) return error;
  return new BaleError({
    code: "CAPABILITY_MISSING",
    message: `the registry does not move the tag ${tag} of ${exchangeName(exchange)}`,
    why: error.why,
    fix: "push to a new tag; tags of this repository seem to be immutable",
    context: { repository: exchangeName(exchange), tag },
    cause: error,
  });
}

/**
 * `moveTag` of the contract. The PUT is not repeated blindly: after a lost answer the tag is read first, since another writer may
 * meanwhile have built upon what the lost PUT had written.
 */
export async function moveTag(
  exchange: RegistryExchange,
  tag: Tag,
  to: RawManifest,
  options: CallOptions & { readonly expect: TagExpectation },
): Promise<TagUpdate> {
  let first: { readonly previous: Digest | undefined } | undefined;
  for (let attempt = 1; ; attempt++) {
    const before = await describeManifest(exchange, tag, options);
    if (before?.digest === to.digest)
      return first
        ? { outcome: "moved", previous: first.previous, guarantee: "checked" }
        : { outcome: "unchanged", previous: to.digest, guarantee: "checked" };
    if (!meetsExpectation(options.expect, before?.digest))
      return { outcome: "rejected", actual: before?.digest };
    first ??= { previous: before?.digest };
    try {
      await sendManifest(exchange, tag, to, { idempotent: false, signal: options.signal });
    } catch (error) {
      if (!mayPassLater(error)) throw immutable(error, exchange, tag, before);
      if (attempt >= exchange.tries) {
        const found = await describeManifest(exchange, tag, options).catch(() => undefined);
        if (found?.digest !== to.digest) throw error;
        return { outcome: "moved", previous: first.previous, guarantee: "checked" };
      }
      await pauseBeforeRetry({ attempt, error }, exchange.pauseMs, options.signal);
      continue;
    }
    const after = await readBack(exchange, tag, before?.digest, options);
    return after === to.digest
      ? { outcome: "moved", previous: first.previous, guarantee: "checked" }
      : { outcome: "rejected", actual: after };
  }
}
