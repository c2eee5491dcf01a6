import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { RegistryStore } from "@bale/test-registry";

/** A file as its row says it. `where` and the sums are what honest ones would be, unless a test writes others. */
export interface HandmadeFile {
  readonly path: string;
  /** 0 file, 1 executable, 2 link; `content` is then its target. */
  readonly kind?: number;
  readonly content?: string | Uint8Array;
  readonly where?: unknown;
  readonly hex?: string;
  readonly size?: unknown;
}
type Json = Record<string, unknown>;

/** A bundle made by hand from the text of the format, without any of the code under test. */
export interface HandmadeBundle {
  readonly layers: Readonly<Record<string, readonly HandmadeFile[]>>;
  readonly blobs?: readonly Uint8Array[];
  readonly roles?: Json;
  readonly stores?: Json;
  readonly editTable?: (text: string, layer: string) => string | Uint8Array;
  readonly editRoot?: (root: Json) => void;
  readonly editRootText?: (text: string) => string;
  readonly editManifest?: (manifest: Json) => void;
  readonly editManifestText?: (text: string) => string;
}

export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? Buffer.from(content) : content;
export const hexOf = (content: string | Uint8Array): string =>
  createHash("sha256").update(bytesOf(content)).digest("hex");
const KINDS = ["file", "exec", "link"];
const bytewise = (a: { path: string }, b: { path: string }): number =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

/** Canonical JSON: sorted keys, no white space. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

export interface Place {
  readonly store: RegistryStore;
  readonly repository: string;
  readonly tag: string;
}
interface Put {
  readonly digest: string;
  readonly size: number;
}

export function contentOf(file: HandmadeFile): Uint8Array {
  return bytesOf(file.content ?? `content of ${file.path}`);
}

/** A row and the blob that it takes its bytes from: one for each file, unless `where` leads elsewhere. */
function tableText(
  files: readonly HandmadeFile[],
  shared: readonly Uint8Array[],
): { text: string; blobs: Uint8Array[] } {
  const blobs = [...shared];
  const rows = files.map((file) => {
    const content = contentOf(file);
    const size = "size" in file ? file.size : content.length;
    let where = file.where;
    if (where === undefined && file.kind === 2) where = Buffer.from(content).toString("utf8");
    else if (where === undefined && content.length === 0) where = [];
    else if (where === undefined) where = [[blobs.push(content) - 1, 0, content.length]];
    return JSON.stringify([file.path, file.kind ?? 0, file.hex ?? hexOf(content), size, where]);
  });
  const list = blobs.map((blob) => [hexOf(blob), blob.length]);
  return { text: `${[JSON.stringify({ blobs: list }), ...rows].join("\n")}\n`, blobs };
}

export function putBundle(place: Place, bundle: HandmadeBundle): string {
  const put = (bytes: Uint8Array): Put => ({
    digest: place.store.putBlob(place.repository, bytes),
    size: bytes.length,
  });
  const descriptors: Json[] = [];
  const layers: Json = {};
  const lines: string[] = [];
  for (const [name, unsorted] of Object.entries(bundle.layers)) {
    const files = [...unsorted].sort(bytewise);
    const { text, blobs } = tableText(files, bundle.blobs ?? []);
    const edited = bundle.editTable?.(text, name) ?? text;
    const table = put(typeof edited === "string" ? gzipSync(edited) : edited);
    for (const blob of blobs)
      descriptors.push({
        mediaType: "application/octet-stream",
        ...put(blob),
        annotations: { "dev.bale.layer": name },
      });
    descriptors.push({
      mediaType: "application/vnd.bale.files.v1+gzip",
      ...table,
      annotations: { "dev.bale.layer": name },
    });
    const size = files.reduce(
      (sum, file) => sum + Number("size" in file ? file.size : contentOf(file).length),
      0,
    );
    const entries = files.map((file) => {
      const content = contentOf(file);
      return `${KINDS[file.kind ?? 0]} sha256:${file.hex ?? hexOf(content)} ${String("size" in file ? file.size : content.length)} ${file.path}\0`;
    });
    const digest = `sha256:${hexOf(`bale-layer-1\n${entries.join("")}`)}`;
    layers[name] = {
      digest,
      files: files.length,
      size,
      tables: [{ ...table, files: files.length, first: files[0]?.path ?? "" }],
    };
    lines.push(`layer ${name} ${digest} ${files.length} ${size}\n`);
  }
  for (const [role, named] of Object.entries(bundle.roles ?? {}))
    lines.push(`role ${role} ${(named as string[]).join(",")}\n`);
  const root: Json = {
    schemaVersion: 1,
    requires: [],
    contentDigest: `sha256:${hexOf(`bale-content-1\n${lines.sort().join("")}`)}`,
    roles: bundle.roles ?? {},
    stores: bundle.stores ?? {},
    layers,
  };
  bundle.editRoot?.(root);
  const rootText = canonical(root);
  const rootPut = put(Buffer.from(bundle.editRootText?.(rootText) ?? rootText));
  const manifest: Json = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: "application/vnd.bale.bundle.v1",
    config: { mediaType: "application/vnd.bale.index.v1+json", ...rootPut },
    layers: descriptors,
    annotations: { "dev.bale.content": root["contentDigest"], "dev.bale.parent": "none" },
  };
  bundle.editManifest?.(manifest);
  const text = JSON.stringify(manifest);
  const bytes = Buffer.from(bundle.editManifestText?.(text) ?? text);
  return place.store.putManifest(place.repository, bytes, { mediaType: MANIFEST, tag: place.tag });
}

/** The repository as an OCI image layout, without a check of anything. */
export async function writeLayout(place: Place, directory: string): Promise<void> {
  const blobs = join(directory, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const { store, repository, tag } = place;
  for (const digest of store.blobs(repository))
    writeFileSync(
      join(blobs, digest.slice(7)),
      (await store.readBlob(repository, digest)) ?? Buffer.alloc(0),
    );
  for (const manifest of store.manifests(repository))
    writeFileSync(join(blobs, manifest.digest.slice(7)), manifest.bytes);
  const manifest = store.manifest(repository, tag);
  if (!manifest) throw new Error(`no tag ${tag}`);
  writeFileSync(join(directory, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const entry = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...entry, annotations: { "org.opencontainers.image.ref.name": tag } }],
  };
  writeFileSync(join(directory, "index.json"), JSON.stringify(index));
}
