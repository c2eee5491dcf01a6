import type { ByteSource } from "@bale/spec";

/** A request body whose sha256 is known before the first byte is sent, and that can be sent again. */
export interface Payload extends ByteSource {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /** Absolute count of bytes sent in this try. */
  readonly onBytes?: ((sent: number) => void) | undefined;
}

interface SdkRequest {
  readonly headers: Record<string, string>;
  body?: unknown;
}
const isRequest = (value: unknown): value is SdkRequest =>
  typeof value === "object" && value !== null && "headers" in value;

/** For `command.middlewareStack.add`: the payload is attached after the SDK has built the request, and before it signs it. */
export const PAYLOAD_STEP: { readonly step: "build"; readonly priority: "low"; readonly name: string } = {
  step: "build",
  priority: "low",
  name: "balePayload",
};

/**
 * Sends a payload with the SDK's request. The SDK would take a stream once only, and frame it (aws-chunked) where it adds a checksum, which
 * some gateways store as content (measured with s3rver). Instead the body goes as it is, and its sha256 is part of the signature, which
 * every server that checks signatures checks.
 */
export function payloadMiddleware(
  payload: Payload,
): <Args extends { readonly request: unknown }, Output>(
  next: (args: Args) => Promise<Output>,
) => (args: Args) => Promise<Output> {
  return (next) => (args) => {
    const { request } = args;
    if (isRequest(request)) {
      request.body = payload.size === 0 ? undefined : payload;
      request.headers["content-length"] = String(payload.size);
      request.headers["x-amz-content-sha256"] = payload.sha256;
    }
    return next(args);
  };
}

/** Hexadecimal to the base64 that the checksum headers want. */
export function base64OfHex(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}
