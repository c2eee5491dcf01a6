import { randomBytes } from "node:crypto";
import { type Answer, bytesAnswer } from "../answer.js";
import type { BlobRedirect } from "../quirks/read-quirks.js";

export interface PresignedTarget {
  readonly repository: string;
  readonly digest: string;
}

/** Addresses on the second origin that open one blob without credentials, in the style of S3. */
export interface PresignedUrls {
  /** A path with a query of its own; never the same twice. */
  issue(target: PresignedTarget, redirect: BlobRedirect): string;
  /** What an address opens, or the refusal of an object store. Counts a use. */
  redeem(url: URL, authorization: string | undefined): PresignedTarget | Answer;
}

interface Issued extends PresignedTarget {
  readonly redirect: BlobRedirect;
  readonly expiresAt: number;
  uses: number;
}

export const presignedPath = "/storage/";

export function createPresignedUrls(): PresignedUrls {
  const issued = new Map<string, Issued>();
  return {
    issue(target, redirect) {
      const signature = randomBytes(32).toString("hex");
      const lifetime = redirect.lifetimeMilliseconds ?? Number.POSITIVE_INFINITY;
      issued.set(signature, { ...target, redirect, expiresAt: Date.now() + lifetime, uses: 0 });
      const query = new URLSearchParams({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Expires": String(Number.isFinite(lifetime) ? Math.ceil(lifetime / 1000) : 604800),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": signature,
      });
      return `${presignedPath}${target.digest.replace(":", "/")}?${query}`;
    },
    redeem(url, authorization) {
      const found = issued.get(url.searchParams.get("X-Amz-Signature") ?? "");
      if (found === undefined) return refusal(403, "SignatureDoesNotMatch");
      if (found.redirect.refusesAuthorization === true && authorization !== undefined) {
        return refusal(400, "InvalidArgument");
      }
      found.uses += 1;
      const spent = found.uses > (found.redirect.uses ?? Number.POSITIVE_INFINITY);
      return spent || Date.now() >= found.expiresAt ? refusal(403, "AccessDenied") : found;
    },
  };
}

function refusal(status: number, code: string): Answer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  return bytesAnswer(status, Buffer.from(text), { "content-type": "application/xml" });
}
