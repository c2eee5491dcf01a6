import { gzipSync } from "node:zlib";
import { type Answer, bytesBody } from "../answer.js";
import type { Quirks } from "../quirks/quirks.js";

/** Adds what every answer of the API has in common. */
export async function finishAnswer(
  quirks: Quirks,
  acceptEncoding: string | string[] | undefined,
  answer: Answer,
): Promise<Answer> {
  if (answer.status === 0) return answer;
  const headers = {
    ...answer.headers,
    "docker-distribution-api-version": "registry/2.0",
    ...(quirks.warning === undefined ? {} : { warning: `299 - "${quirks.warning}"` }),
  };
  const json = /json/.test(answer.headers["content-type"] ?? "");
  const compressed = quirks.jsonCompressed && json && /\bgzip\b/.test(String(acceptEncoding));
  if (!compressed || answer.body === undefined) return { ...answer, headers };
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body.open()) chunks.push(chunk);
  const body = bytesBody(gzipSync(Buffer.concat(chunks)));
  return {
    ...answer,
    headers: { ...headers, "content-encoding": "gzip", "content-length": String(body.size) },
    body,
  };
}
