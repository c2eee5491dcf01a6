/** What can be told of a failed request from the SDK's error. Nothing of it is shown unless it is chosen and made safe. */
export interface Failure {
  /** Error code of S3, such as `SlowDown`; empty where the answer had none. */
  readonly code: string;
  readonly status: number | undefined;
  /** The server's words. */
  readonly message: string;
  /** Region that the server names as the right one. */
  readonly region: string | undefined;
  readonly serverTime: Date | undefined;
  /** Milliseconds of a Retry-After header. */
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  /** The SDK has noted how far this machine's clock is off; the next signature will be right. */
  readonly clockCorrected: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

const CODE = /^[A-Za-z0-9._-]{1,80}$/;
const REGION = /^[a-z0-9-]{1,40}$/;
const REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/;
// What the SDK writes where an answer has no code, as all answers to HEAD: no code of a server's.
const NO_CODE: ReadonlySet<string> = new Set([
  "Unknown",
  "UnknownError",
  "Error",
  "SyntaxError",
  "TypeError",
]);

function timeOf(value: unknown): Date | undefined {
  const time = value instanceof Date ? value : typeof value === "string" ? new Date(value) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** `undefined` for what is no answer of a server. */
export function readFailure(error: unknown): Failure | undefined {
  const { $metadata, $response, ...rest } = fields(error);
  // Not enumerable on the SDK's errors, so that they are not among `rest`.
  const response = fields($response ?? (error as { $response?: unknown } | undefined)?.$response);
  const metadata = fields($metadata);
  const headers = fields(response["headers"]);
  const status = metadata["httpStatusCode"] ?? response["statusCode"];
  if (typeof status !== "number") return undefined;
  const name = text(rest["Code"]) ?? text((error as { name?: unknown } | undefined)?.name) ?? "";
  const region = text(headers["x-amz-bucket-region"]) ?? text(rest["Region"]);
  const requestId = text(metadata["requestId"])?.split(",")[0];
  const retryAfter = /^\d{1,6}$/.test(text(headers["retry-after"]) ?? "")
    ? Number(headers["retry-after"]) * 1000
    : undefined;
  return {
    code: CODE.test(name) && !NO_CODE.has(name) ? name : "",
    status,
    message: text((error as { message?: unknown } | undefined)?.message) ?? "",
    region: region !== undefined && REGION.test(region) ? region : undefined,
    serverTime: timeOf(rest["ServerTime"]) ?? timeOf(text(headers["date"])),
    retryAfter,
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : undefined,
    clockCorrected: metadata["clockSkewCorrected"] === true,
  };
}
