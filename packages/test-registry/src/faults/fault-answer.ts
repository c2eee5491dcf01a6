import { type Answer, type AnswerBody, bytesBody } from "../answer.js";
import type { FaultAction } from "./fault-rule.js";
import type { MetFault } from "./fault-set.js";

/** Applies the faults that change what an answer says. How it is sent is the affair of `planDelivery`. */
export async function changeAnswer(
  method: string,
  answer: Answer,
  met: readonly MetFault[],
): Promise<Answer> {
  let changed = answer;
  for (const { action, hit } of met) {
    if (action.kind === "run" && action.when === "after") await action.run(hit);
    if (action.kind === "headers") changed = changeHeaders(changed, action);
    if (method !== "HEAD") changed = await changeBody(changed, action);
  }
  return changed;
}

function changeHeaders(answer: Answer, action: Extract<FaultAction, { kind: "headers" }>): Answer {
  const headers: Record<string, string> = { ...answer.headers };
  for (const name of action.remove ?? []) delete headers[name.toLowerCase()];
  for (const [name, value] of Object.entries(action.set ?? {})) headers[name.toLowerCase()] = value;
  return { ...answer, headers };
}

async function changeBody(answer: Answer, action: FaultAction): Promise<Answer> {
  const body = answer.body ?? bytesBody(new Uint8Array());
  if (action.kind === "truncate" && action.length === "adjusted") {
    return withBody(answer, truncated(body, action.bytes));
  }
  if (action.kind === "corrupt" && body.size > 0) {
    return withBody(answer, corrupted(body, action.offset ?? Math.floor(body.size / 2)));
  }
  if (action.kind === "extra") return withBody(answer, extended(body, action.bytes));
  if (action.kind === "replace") {
    const content = typeof action.body === "function" ? action.body(await collect(body)) : action.body;
    return withBody(answer, bytesBody(typeof content === "string" ? Buffer.from(content) : content));
  }
  return answer;
}

function withBody(answer: Answer, body: AnswerBody): Answer {
  const headers = { ...answer.headers };
  if (headers["content-length"] !== undefined) headers["content-length"] = String(body.size);
  return { ...answer, headers, body };
}

function truncated(body: AnswerBody, bytes: number): AnswerBody {
  return {
    size: Math.min(bytes, body.size),
    async *open() {
      let left = bytes;
      for await (const chunk of body.open()) {
        if (left > 0) yield chunk.subarray(0, left);
        left -= chunk.length;
        if (left <= 0) return;
      }
    },
  };
}

function corrupted(body: AnswerBody, offset: number): AnswerBody {
  return {
    size: body.size,
    async *open() {
      let position = 0;
      for await (const chunk of body.open()) {
        const at = offset - position;
        position += chunk.length;
        const old = chunk[at];
        if (old === undefined) {
          yield chunk;
          continue;
        }
        const copy = Uint8Array.prototype.slice.call(chunk);
        copy[at] = old ^ 1;
        yield copy;
      }
    },
  };
}

function extended(body: AnswerBody, bytes: number): AnswerBody {
  return {
    size: body.size + bytes,
    async *open() {
      yield* body.open();
      const zeros = new Uint8Array(Math.min(bytes, 64 * 1024));
      for (let left = bytes; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
    },
  };
}

async function collect(body: AnswerBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
