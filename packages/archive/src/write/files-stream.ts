import { newParentFolders, type TarEntry } from "@bale/core";
import { type BundlePath, type ByteStream, comparePaths, type EntryKind } from "@bale/spec";
import { type TarSource, tarSize, tarStream } from "../tar/tar-stream.js";

/** A file of a bundle to write. */
export interface ArchivedFile {
  readonly path: BundlePath;
  readonly kind: EntryKind;
  readonly size: number;
  /** Of a link. */
  readonly target?: string | undefined;
  /** Of a file: exactly `size` bytes. */
  readonly open: () => ByteStream;
}

function entryOf({ path, kind, size, target }: ArchivedFile): TarEntry {
  return kind === "link" ? { path, type: "link", size: 0, target } : { path, type: kind, size };
}

async function* nothing(): ByteStream {}

function* sourcesOf(files: readonly ArchivedFile[]): Generator<TarSource> {
  let previous: string | undefined;
  for (const file of [...files].sort((a, b) => comparePaths(a.path, b.path))) {
    for (const path of newParentFolders(file.path, previous))
      yield { entry: { path, type: "folder", size: 0 }, open: nothing };
    previous = file.path;
    yield { entry: entryOf(file), open: file.open };
  }
}

/** A plain tar of files: folders before what they hold, modes 0644 and 0755, links as links; no times and no owners. Any tar unpacks it. */
export function filesStream(files: readonly ArchivedFile[]): ByteStream {
  return tarStream(sourcesOf(files));
}

/** Bytes of that tar. */
export function filesSize(files: readonly ArchivedFile[]): number {
  const entries: TarEntry[] = [];
  for (const { entry } of sourcesOf(files)) entries.push(entry);
  return tarSize(entries);
}
