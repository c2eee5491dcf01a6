import { PassThrough, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BaleError, LIMITS } from "@bale/spec";
import { refuseArchive } from "./refuse-archive.js";

/** A gunzip that stops an archive whose expansion passes the limit (ratio past the first 10 MiB). */
export function guardedGunzip(compressed: Readable): Readable {
  const gunzip = createGunzip();
  const out = new PassThrough();
  let stored = 0;
  let decoded = 0;
  compressed.on("data", (chunk: Uint8Array) => {
    stored += chunk.length;
  });
  gunzip.on("data", (chunk: Uint8Array) => {
    decoded += chunk.length;
    if (decoded > LIMITS.expansionFreeBytes && decoded > stored * LIMITS.expansionRatio)
      gunzip.destroy(
        refuseArchive(
          "LIMIT",
          "an archive layer expands too much",
          `more than ${LIMITS.expansionRatio} to 1`,
        ),
      );
  });
  gunzip.on("error", (error) =>
    out.destroy(
      BaleError.is(error)
        ? error
        : new BaleError({ code: "ARCHIVE_INVALID", message: "an archive layer is damaged", cause: error }),
    ),
  );
  compressed.on("error", (error) => out.destroy(error));
  // Whoever lets go of the decoded bytes lets go of the rest.
  out.on("close", () => {
    compressed.destroy();
    gunzip.destroy();
  });
  compressed.pipe(gunzip).pipe(out);
  return out;
}
