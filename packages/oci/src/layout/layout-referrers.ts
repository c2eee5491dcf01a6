import { BaleError, type Descriptor, type Digest, type JsonObject, type MediaType } from "@bale/spec";
import { manifestFacts, readDescriptor } from "../parse-descriptor.js";
import { parseDocument } from "../parse-document.js";
import { manifestsOf } from "./layout-index.js";
import { readLayoutManifest } from "./layout-manifests.js";
import type { LayoutState } from "./layout-state.js";

const MOST_MANIFESTS = 10_000;
const DEEPEST = 4;

interface Visit {
  readonly descriptor: Descriptor;
  readonly depth: number;
}

function childrenOf(manifest: JsonObject): readonly Descriptor[] {
  const { manifests } = manifest;
  return (Array.isArray(manifests) ? manifests : [])
    .map(readDescriptor)
    .filter((descriptor) => descriptor !== undefined);
}

/** Every manifest that the index leads to, once, with its document. Children that are not there are passed over. */
async function* reachable(
  layout: LayoutState,
): AsyncGenerator<{ readonly descriptor: Descriptor; readonly manifest: JsonObject }> {
  const seen = new Set<Digest>();
  const queue: Visit[] = manifestsOf(await layout.readIndex()).map((descriptor) => ({
    descriptor,
    depth: 1,
  }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { descriptor, depth } = next;
    if (seen.has(descriptor.digest)) continue;
    seen.add(descriptor.digest);
    if (seen.size > MOST_MANIFESTS)
      throw new BaleError({
        code: "LIMIT",
        message: `the layout in ${layout.folder.directory} has too many manifests`,
        why: `more than ${MOST_MANIFESTS}`,
      });
    const bytes = await readLayoutManifest(layout, descriptor.digest);
    if (!bytes) continue;
    const manifest = parseDocument(bytes, `the manifest ${descriptor.digest}`, "MANIFEST_INVALID");
    yield { descriptor: { ...descriptor, size: bytes.length }, manifest };
    if (depth < DEEPEST)
      queue.push(...childrenOf(manifest).map((child) => ({ descriptor: child, depth: depth + 1 })));
  }
}

/** `listReferrers` of the contract: a layout has no list of them, so the manifests are read. */
export async function* listLayoutReferrers(
  layout: LayoutState,
  subject: Digest,
  artifactType: MediaType | undefined,
): AsyncGenerator<Descriptor> {
  for await (const { descriptor, manifest } of reachable(layout)) {
    if (readDescriptor(manifest["subject"])?.digest !== subject) continue;
    const facts = manifestFacts(manifest);
    if (artifactType !== undefined && facts.artifactType !== artifactType) continue;
    const { mediaType, digest, size } = descriptor;
    yield { mediaType, digest, size, ...facts };
  }
}
