import { mayPassLater } from "../retry-pause.js";
import { statBlob } from "./stat-blob.js";
import type { Upload } from "./upload.js";

/** Whether the registry has the blob in full, asked after a lost answer. A registry that does not answer has, as far as this goes, not. */
export async function isStored(upload: Upload): Promise<boolean> {
  const { exchange, digest, signal } = upload;
  try {
    return (await statBlob(exchange, digest, { signal, tries: 2 }))?.size === upload.source.size;
  } catch (error) {
    if (mayPassLater(error)) return false;
    throw error;
  }
}
