/** The two loopback listeners: the registry, and the second origin that stands for object storage or a token service. */
export type ListenerName = "registry" | "second";

/** One request as the server saw it. Counts grow while the request runs. */
export interface RequestRecord {
  /** Order of arrival over both listeners, from 1. */
  readonly sequence: number;
  readonly listener: ListenerName;
  readonly method: string;
  /** Path with the query, as sent. */
  readonly path: string;
  /** 0 while there is no answer, and for ever when the connection was cut without one. */
  readonly status: number;
  /** Body bytes that the server read. */
  readonly requestBytes: number;
  /** Body bytes that the server wrote. */
  readonly responseBytes: number;
  readonly range?: string;
  readonly contentRange?: string;
  /** The scheme of the Authorization header, lower case; never the credentials. */
  readonly authorization?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch, set before the last byte is handed to the client; absent while the request runs. */
  readonly endedAt?: number;
}

export type OpenRecord = { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] };

export interface RequestLog {
  readonly records: readonly RequestRecord[];
  begin(listener: ListenerName, request: RecordedRequest): OpenRecord;
  clear(): void;
}

interface RecordedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export function createRequestLog(): RequestLog {
  const records: OpenRecord[] = [];
  let sequence = 0;
  return {
    records,
    begin(listener, request) {
      sequence += 1;
      const { range, authorization } = request.headers;
      const contentRange = request.headers["content-range"];
      const record: OpenRecord = {
        sequence,
        listener,
        method: request.method ?? "GET",
        path: request.url ?? "/",
        status: 0,
        requestBytes: 0,
        responseBytes: 0,
        startedAt: Date.now(),
        ...(typeof range === "string" ? { range } : {}),
        ...(typeof contentRange === "string" ? { contentRange } : {}),
        ...(typeof authorization === "string" ? { authorization: schemeOf(authorization) } : {}),
      };
      records.push(record);
      return record;
    },
    clear() {
      records.length = 0;
    },
  };
}

function schemeOf(authorization: string): string {
  return (authorization.split(" ", 1)[0] ?? "").toLowerCase();
}
