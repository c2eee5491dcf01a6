import { BaleError, type BlobWriteOptions, type ByteSource } from "@bale/spec";
import { exchangeName, type RegistryExchange } from "../registry/registry-exchange.js";
import { checkAborted, mayPassLater, pauseBeforeRetry } from "../retry-pause.js";
import { isStored } from "./is-stored.js";
import { statBlob } from "./stat-blob.js";
import type { Upload } from "./upload.js";
import { uploadInChunks } from "./upload-chunks.js";
import { tooLarge } from "./upload-refusal.js";
import { beginUpload } from "./upload-session.js";
import { firstWay, largestBlob, mayPassInChunks, type UploadWay } from "./upload-way.js";
import { postWhole, uploadWhole } from "./upload-whole.js";

async function sendBy(way: UploadWay, upload: Upload): Promise<void> {
  if (way === "post" && (await postWhole(upload))) return;
  const session = await beginUpload(upload.exchange, { signal: upload.signal });
  await (way === "chunks" ? uploadInChunks(upload, session) : uploadWhole(upload, session));
}

/** After chunks the stored size is always asked for: one registry was seen to keep only the last one and answer 201. */
async function checkStored(way: UploadWay, upload: Upload): Promise<void> {
  if (way !== "chunks" && !upload.exchange.profile.checkSize) return;
  const stored = await statBlob(upload.exchange, upload.digest, { signal: upload.signal });
  if (stored?.size === upload.source.size) return;
  throw new BaleError({
    code: way === "chunks" ? "CAPABILITY_MISSING" : "STORE_CORRUPT",
    message: `${exchangeName(upload.exchange)} did not keep the blob that was sent`,
    why: `${upload.source.size} bytes were sent, and ${stored ? stored.size : "none"} are there`,
    context: { repository: exchangeName(upload.exchange), digest: upload.digest },
  });
}

/**
 * `write` of the contract: the caller has asked whether the blob is there. Where chunks are refused or not kept, one PUT is tried; where an
 * answer is lost, the registry is asked for the blob; where a session is lost, a new one begins.
 * @throws BaleError `TOO_LARGE`, `DIGEST_MISMATCH`, `STORE_CORRUPT`, `CAPABILITY_MISSING`, `NOT_FOUND`, and what the connection met
 */
export async function uploadBlob(
  exchange: RegistryExchange,
  source: ByteSource,
  options: BlobWriteOptions,
): Promise<"created"> {
  const upload: Upload = { ...options, exchange, source };
  const { profile } = exchange;
  const most = largestBlob(profile);
  if (most !== undefined && source.size > most) throw tooLarge(upload, `its limit is ${most} bytes`);
  let way = firstWay(profile, source.size) ?? "whole";
  let tooLargeWhole: BaleError | undefined;
  for (let attempt = 1; ; attempt++) {
    checkAborted(options.signal);
    try {
      await sendBy(way, upload);
      await checkStored(way, upload);
      return "created";
    } catch (error) {
      if (way !== "chunks" && BaleError.is(error, "TOO_LARGE") && mayPassInChunks(profile, source.size)) {
        exchange.log("debug", "a body was too large: chunks are tried", { digest: options.digest });
        tooLargeWhole = error;
        way = "chunks";
        continue;
      }
      if (way === "chunks" && BaleError.is(error, "CAPABILITY_MISSING")) {
        if (tooLargeWhole) throw tooLargeWhole;
        exchange.log("warn", `${exchange.registry} does not do chunked uploads: one PUT is used`, {
          reason: error.why,
        });
        way = "whole";
        continue;
      }
      if (!mayPassLater(error)) throw error;
      if (await isStored(upload)) return "created";
      if (attempt >= exchange.tries) throw error;
      exchange.log("debug", "an upload broke and begins anew", { digest: options.digest, attempt });
      await pauseBeforeRetry({ attempt, error }, exchange.pauseMs, options.signal);
    }
  }
}
