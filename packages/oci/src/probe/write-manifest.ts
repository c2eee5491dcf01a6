import type { Digest, RawManifest, Tag } from "@bale/spec";
import type { Answer } from "./ask.js";
import type { Probe } from "./probe.js";

export interface WriteOptions {
  /** Added to the address: `?tag=v1`. */
  readonly query?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Whether an answer says for sure that nothing was written. */
function isRefused({ status }: Answer): boolean {
  return status >= 400 && status < 500;
}

/** Writes a manifest under a tag or digest; unless it is refused, it is noted down as something to take away. */
export async function writeManifest(
  probe: Probe,
  manifest: RawManifest,
  reference: Tag | Digest,
  options: WriteOptions = {},
): Promise<Answer> {
  const { scratch } = probe;
  const stored = reference.startsWith("sha256:") ? (reference as Digest) : manifest.digest;
  const isNew = !scratch.manifests.has(stored);
  const tag = [scratch.tag, scratch.secondTag].find((own) => own === reference);
  const isNewTag = tag !== undefined && !scratch.tags.has(tag);
  scratch.manifests.add(stored);
  scratch.sizes.set(stored, manifest.bytes.length);
  if (tag) scratch.tags.add(tag);
  const answer = await probe.ask({
    method: "PUT",
    target: `manifests/${reference}${options.query ?? ""}`,
    headers: { "content-type": manifest.mediaType, ...options.headers },
    body: manifest.bytes,
  });
  if (isRefused(answer)) {
    if (isNew) scratch.manifests.delete(stored);
    if (tag && isNewTag) scratch.tags.delete(tag);
  }
  return answer;
}
