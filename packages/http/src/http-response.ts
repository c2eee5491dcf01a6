import { BaleError, type HttpResponse } from "@bale/spec";
import type { RawAnswer } from "./exchange.js";
import { formatRequest, type RequestName, requestContext } from "./request-name.js";

// Reading a short rest keeps the connection; a long one costs more than a new connection.
const DISCARD_BYTES = 128 * 1024;

async function readAll(answer: RawAnswer, maxBytes: number, tooMuch: () => BaleError): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    if (length + chunk.length > maxBytes) throw tooMuch();
    chunks.push(chunk);
    length += chunk.length;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** The first bytes of a body as text; an unfinished or broken body gives what came. Closes the rest. */
export async function readExcerpt(answer: RawAnswer, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      text += decoder.decode(chunk.subarray(0, maxBytes - length), { stream: true });
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch (error) {
    if (BaleError.is(error, "INTERRUPTED")) throw error;
    // The status alone must do.
  }
  return text;
}

/** Gets rid of a body: short ones are read, so that the connection can be used again. */
export async function discardBody(answer: RawAnswer): Promise<void> {
  const announced = Number(answer.headers["content-length"] ?? 0);
  if (announced > DISCARD_BYTES) return answer.abandon();
  await readExcerpt(answer, DISCARD_BYTES);
}

export function createHttpResponse(
  answer: RawAnswer,
  url: URL,
  request: RequestName,
  identity?: string | undefined,
): HttpResponse {
  return {
    status: answer.status,
    identity,
    url: url.href,
    headers: answer.headers,
    body: answer.body,
    bytes: async (maxBytes) => {
      const tooMuch = (): BaleError =>
        new BaleError({
          code: "LIMIT",
          message: `${formatRequest(request)}: the answer is too long`,
          why: `more than ${maxBytes} bytes`,
          context: requestContext(request, { limit: maxBytes }),
        });
      if (Number(answer.headers["content-length"] ?? 0) > maxBytes && request.method !== "HEAD") {
        answer.abandon();
        throw tooMuch();
      }
      return readAll(answer, maxBytes, tooMuch);
    },
    discard: () => discardBody(answer),
  };
}
