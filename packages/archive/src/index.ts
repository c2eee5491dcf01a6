export { gzipStream } from "./gzip/gzip-stream.js";
export { type ExtractedArchive, type ExtractOptions, extractArchive } from "./read/extract-archive.js";
export type { ArchivedManifest } from "./write/archive-documents.js";
export {
  type ArchiveContent,
  type ArchivedBlob,
  archiveSize,
  archiveStream,
} from "./write/archive-stream.js";
export { type ArchivedFile, filesSize, filesStream } from "./write/files-stream.js";
