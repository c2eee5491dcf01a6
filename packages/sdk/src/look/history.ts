import { parseManifest, userAnnotations } from "@bale/core";
import { loadManifest } from "@bale/engine";
import { ANNOTATIONS, BaleError, type Digest, LIMITS, type LongCallOptions } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";
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

/** `bale tags`: in the registry's order, fallback tags left out. */
export async function tags(
  context: ClientContext,
  reference: string,
  options: LongCallOptions = {},
): Promise<readonly string[]> {
  const repository = await context.openRemote(context.parse(reference));
  const found: string[] = [];
  for await (const tag of repository.listTags(options)) found.push(tag);
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

/** `bale log`: the chain of parents, newest first; manifests only, at most 64. */
export async function log(
  context: ClientContext,
  reference: string,
  ports: RemotePorts,
  options: LongCallOptions = {},
): Promise<LogResult> {
  const found = requireDigest(await lookUp(context, context.parse(reference), options));
  const entries: LogEntry[] = [];
  let at: Digest = found.digest;
  const result = (end: LogResult["end"]): LogResult => ({ reference: found.name, entries, end });
  while (entries.length < LIMITS.parents) {
    let parsed: ReturnType<typeof parseManifest>;
    try {
      parsed = parseManifest(await loadManifest(found.repository, at, ports.cache, options));
    } catch (error) {
      if (BaleError.is(error, "NOT_FOUND") && entries.length > 0) return result("gone");
      throw error;
    }
    if (parsed.kind === "index") return result("unknown");
    entries.push(entryOf(at, parsed));
    if (parsed.kind === "foreign" || parsed.parent === undefined) return result("unknown");
    if (parsed.parent === "none") return result("beginning");
    at = parsed.parent;
  }
  return result("limit");
}
