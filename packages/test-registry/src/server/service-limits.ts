import { type Answer, bytesAnswer, errorAnswer } from "../answer.js";
import type { Quirks } from "../quirks/quirks.js";
import type { RateLimit } from "../quirks/service-quirks.js";
import type { Route } from "../route.js";

/** Counts requests and uploads for the quirks that limit them. */
export interface ServiceLimits {
  /** A refusal, or undefined. */
  rate(quirks: Quirks): Answer | undefined;
  /** Runs the work unless too many uploads run already. */
  upload(quirks: Quirks, route: Route, method: string, work: () => Promise<Answer>): Promise<Answer>;
  resetRate(): void;
}

export function createServiceLimits(): ServiceLimits {
  let requests = 0;
  let uploads = 0;
  return {
    rate({ rateLimit }) {
      if (rateLimit === undefined) return undefined;
      requests += 1;
      const { allowed = 0, refused = Number.POSITIVE_INFINITY } = rateLimit;
      return requests > allowed && requests <= allowed + refused ? tooMany(rateLimit) : undefined;
    },
    async upload({ maxParallelUploads }, route, method, work) {
      const isUpload = route.kind === "uploads" || (route.kind === "upload" && method !== "GET");
      if (!isUpload) return work();
      uploads += 1;
      try {
        if (uploads > (maxParallelUploads ?? Number.POSITIVE_INFINITY)) {
          return errorAnswer(403, "DENIED", "you have exceeded a secondary rate limit");
        }
        return await work();
      } finally {
        uploads -= 1;
      }
    },
    resetRate() {
      requests = 0;
    },
  };
}

function tooMany({ retryAfter, plainText }: RateLimit): Answer {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : retryAfter;
  const headers: Record<string, string> = value === undefined ? {} : { "retry-after": String(value) };
  const message = "too many requests";
  if (plainText !== true) return errorAnswer(429, "TOOMANYREQUESTS", message, headers);
  return bytesAnswer(429, Buffer.from(message), { "content-type": "text/plain", ...headers });
}
