import { parseManifest, userAnnotations } from "@bale/core";
import { loadManifest } from "@bale/engine";
import { ANNOTATIONS, BaleError, type Digest, LIMITS, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
import { stopIfAborted } from "../client/stop-if-aborted.js";
import { lookUp, type RemotePorts, requireDigest } from "../remote/remote-tree.js";
import type { LogEntry, LogResult, ManifestResult } from "./look-types.js";

/** `bale manifest`: the bytes as served. */
export async function manifest(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): Promise<ManifestResult> {
  const found = requireDigest(await lookUp(context, context.parse(reference), options));
  const raw = await loadManifest(found.repository, found.digest, ports.cache, options);
  return {
    reference: found.name,
    digest: raw.digest,
    mediaType: raw.mediaType,
    bytes: raw.bytes,
    descriptor: { mediaType: raw.mediaType, digest: raw.digest, size: raw.bytes.length },
  };
}

/** Tags one by one, page by page as they are wanted. */
export async function* iterateTags(
  context: ClientContext,
  reference: string,
  options: LongCallOptions = {},
): AsyncGenerator<string> {
  const repository = await context.openRemote(context.parse(reference));
  yield* repository.listTags({ signal: options.signal });
}

/** `bale tags`: in the registry's order, fallback tags left out. */
export async function tags(
  context: ClientContext,
  reference: string,
  options: LongCallOptions = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const tag of iterateTags(context, reference, options)) found.push(tag);
  return found;
}

function entryOf(
  digest: Digest,
  parsed: Extract<ReturnType<typeof parseManifest>, { kind: "bundle" | "foreign" }>,
): LogEntry {
  return {
    manifest: digest,
    contentDigest: parsed.kind === "bundle" ? parsed.contentDigest : undefined,
    version: parsed.annotations[ANNOTATIONS.version],
    created: parsed.annotations[ANNOTATIONS.created],
    annotations: userAnnotations(parsed.annotations),
  };
}

type FoundRemote = ReturnType<typeof requireDigest>;
type HistoryEnd = LogResult["end"];

/** The chain of parents, newest first, one manifest a step; what it returns is why it ends. */
async function* walk(
  found: FoundRemote,
  ports: RemotePorts,
  options: LongCallOptions,
): AsyncGenerator<LogEntry, HistoryEnd> {
  let at: Digest = found.digest;
  for (let count = 0; count < LIMITS.parents; count++) {
    stopIfAborted(options.signal, "reading a history");
    let parsed: ReturnType<typeof parseManifest>;
    try {
      parsed = parseManifest(await loadManifest(found.repository, at, ports.cache, options));
    } catch (error) {
      if (BaleError.is(error, "NOT_FOUND") && count > 0) return "gone";
      throw error;
    }
    if (parsed.kind === "index") return "unknown";
    yield entryOf(at, parsed);
    if (parsed.kind === "foreign" || parsed.parent === undefined) return "unknown";
    if (parsed.parent === "none") return "beginning";
    at = parsed.parent;
  }
  return "limit";
}

async function lookUpFound(
  context: ClientContext,
  reference: string,
  options: LongCallOptions,
): Promise<FoundRemote> {
  return requireDigest(await lookUp(context, context.parse(reference), options));
}

/** Entries of the history as they are wanted: one request for each that is not known yet. */
export async function* iterateLog(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): AsyncGenerator<LogEntry> {
  yield* walk(await lookUpFound(context, reference, options), ports, options);
}

/** `bale log`: the chain of parents, newest first; manifests only, at most 64. */
export async function log(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): Promise<LogResult> {
  const found = await lookUpFound(context, reference, options);
  const entries: LogEntry[] = [];
  const steps = walk(found, ports, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return { reference: found.name, entries, end: step.value };
    entries.push(step.value);
  }
}
