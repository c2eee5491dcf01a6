/** The bytes of an answer, opened only when they are sent, so that a blob of any size passes in bounded memory. */
export interface AnswerBody {
  readonly size: number;
  open(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What the registry means to say; faults may still change it before it is sent. Header names are lower case. */
export interface Answer {
  /** 0 stands for a connection that is cut without any answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AnswerBody;
}

/** The connection ends without an answer. */
export const connectionCut: Answer = { status: 0, headers: {} };

export function bytesBody(bytes: Uint8Array): AnswerBody {
  return { size: bytes.length, open: () => [bytes] };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...headers, "content-length": "0" } };
}

export function bytesAnswer(
  status: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Answer {
  return {
    status,
    headers: { ...headers, "content-length": String(bytes.length) },
    body: bytesBody(bytes),
  };
}

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return bytesAnswer(status, Buffer.from(JSON.stringify(value)), {
    "content-type": "application/json",
    ...headers,
  });
}

/** An error body as the distribution spec has it ("Error Codes"). */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return jsonAnswer(status, { errors: [{ code, message }] }, headers);
}
