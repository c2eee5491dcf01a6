import { randomUUID } from "node:crypto";
import type { BlobWriteOptions, ByteSource, CallOptions } from "@bale/spec";
import type { Requests } from "./requests.js";

/** Makes the collections above a path, the upper ones first. One that is there already answers 405, so that asking twice is harmless. */
export async function makeCollections(requests: Requests, path: string, call: CallOptions): Promise<void> {
  const parts = path.split("/").slice(0, -1);
  for (let count = 1; count <= parts.length; count++) {
    const collection = `${parts.slice(0, count).join("/")}/`;
    const answer = await requests.send("MKCOL", collection, {
      ...call,
      accept: [201, 405],
      idempotent: true,
    });
    await answer.discard();
  }
}

/** Gives an upload its name; 409 says that a collection above it is missing, 412 that the name is taken. */
async function move(requests: Requests, from: string, to: string, call: CallOptions): Promise<number> {
  const headers = { destination: requests.urlOf(to), overwrite: "F" };
  const answer = await requests.send("MOVE", from, { ...call, headers, accept: [201, 204, 409, 412] });
  await answer.discard();
  return answer.status;
}

/**
 * All or nothing: the bytes go into a file with a name of its own, which is moved to its place once it is complete.
 * Servers differ in what a broken PUT leaves behind, but a MOVE is one step (RFC 4918, section 9.9).
 */
export async function write(
  requests: Requests,
  path: string,
  source: ByteSource,
  { signal, onBytes }: BlobWriteOptions,
): Promise<"created" | "existed"> {
  const call: CallOptions = { signal };
  const upload = `uploads/${randomUUID()}`;
  let moved = false;
  try {
    const sent = await requests.send("PUT", upload, {
      ...call,
      body: source,
      onBytes,
      accept: [200, 201, 204],
    });
    await sent.discard();
    let status = await move(requests, upload, path, call);
    if (status === 409) {
      await makeCollections(requests, path, call);
      status = await move(requests, upload, path, call);
    }
    moved = status === 201 || status === 204;
    // Somebody else was quicker. Blobs are named by their content: theirs is as good as ours.
    return moved ? "created" : "existed";
  } finally {
    if (!moved) await removeUpload(requests, upload);
  }
}

/** Also after an abort: what was begun is cleaned up. What went wrong before is what counts. */
async function removeUpload(requests: Requests, upload: string): Promise<void> {
  try {
    const answer = await requests.send("DELETE", upload, { accept: [200, 204, 404], tries: 1 });
    await answer.discard();
  } catch {
    // The server is gone; an unfinished upload is no blob.
  }
}
