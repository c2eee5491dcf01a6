import { BaleError, type ByteSource, type CallOptions } from "@bale/spec";
import { exactSource } from "@bale/storage";
import { type GcsCall, type GcsClient, uploadPath, WRITE } from "../api/gcs-client.js";
import { objectSize } from "../api/object-size.js";
import type { UploadOutcome } from "./outcome.js";

/**
 * The address of an upload that goes on over several requests. Whoever has it may write the object: it is never shown, and never leaves
 * the memory of this process.
 */
export interface UploadSession {
  readonly address: string;
}
/** What has become of a session: so many bytes are kept, all of them are, or it is gone. */
export type SessionAnswer =
  | { readonly kind: "incomplete"; readonly kept: number }
  | UploadOutcome
  | { readonly kind: "lost" };

const KEPT = /^bytes=0-(\d{1,15})$/;
const OVER: readonly number[] = [404, 410];
/** By which a session says that it was given up. */
const CANCELLED = 499;

/** A session may be anywhere at Google where the store is Google's, and only with the store itself elsewhere. */
function checkedAddress(client: GcsClient, location: string | undefined): string {
  const { endpoint } = client.config;
  const url =
    location !== undefined && URL.canParse(location, endpoint) ? new URL(location, endpoint) : undefined;
  const isGoogle = (host: string): boolean => host.endsWith(".googleapis.com");
  const isOwn = url?.origin === endpoint;
  const isSibling = url?.protocol === "https:" && isGoogle(url.host) && isGoogle(new URL(endpoint).host);
  if (url && (isOwn || isSibling)) return url.href;
  throw new BaleError({
    code: "CROSS_ORIGIN",
    message: `the store ${client.config.bucket} wants its bytes sent to another host`,
    why: url ? `it named ${url.origin}` : "it named no address",
    context: { bucket: client.config.bucket },
  });
}

/** Begins a session for an object that must not be there yet. */
export async function beginSession(
  client: GcsClient,
  name: string,
  size: number,
  { signal }: CallOptions,
): Promise<UploadSession | UploadOutcome> {
  const { storageClass } = client.config;
  const metadata = { contentType: "application/octet-stream", ...(storageClass ? { storageClass } : {}) };
  const call: GcsCall = {
    method: "POST",
    path: uploadPath(client.config),
    query: { uploadType: "resumable", name, ifGenerationMatch: "0", fields: "size" },
    headers: {
      "content-type": "application/json",
      "x-upload-content-type": "application/octet-stream",
      "x-upload-content-length": String(size),
    },
    body: new TextEncoder().encode(JSON.stringify(metadata)),
    actions: WRITE,
    accept: [200, 201, 403, 412],
    signal,
  };
  const response = await client.ask(call);
  if (response.status === 403) return { kind: "refused", error: await client.refusal(response, call) };
  await response.discard();
  if (response.status === 412) return { kind: "taken" };
  return { address: checkedAddress(client, response.headers["location"]) };
}

function restOf(source: ByteSource, from: number): ByteSource {
  return {
    size: source.size - from,
    open: (options) => source.open(from === 0 ? options : { ...options, range: { start: from } }),
  };
}

async function tell(
  client: GcsClient,
  call: Pick<GcsCall, "body" | "headers" | "onBytes" | "signal" | "tries"> & { readonly path: string },
): Promise<SessionAnswer> {
  const whole: GcsCall = { ...call, method: "PUT", accept: [200, 201, 308, 403, 412, ...OVER] };
  const response = await client.ask(whole);
  const { status } = response;
  if (status === 200 || status === 201) return { kind: "created", size: await objectSize(response) };
  if (status === 403) return { kind: "refused", error: await client.refusal(response, whole) };
  await response.discard();
  if (status === 412) return { kind: "taken" };
  if (OVER.includes(status)) return { kind: "lost" };
  const [, last] = KEPT.exec(response.headers["range"] ?? "") ?? [];
  return { kind: "incomplete", kept: last === undefined ? 0 : Number(last) + 1 };
}

/** Sends all bytes from a place on, once: what has come of it after a failure, only the session can tell. */
export async function sendRest(
  client: GcsClient,
  { address }: UploadSession,
  source: ByteSource,
  from: number,
  { onBytes, signal }: Pick<GcsCall, "onBytes" | "signal">,
): Promise<SessionAnswer> {
  const { size } = source;
  const rest = restOf(source, from);
  return tell(client, {
    path: address,
    headers: { "content-range": size === 0 ? "bytes */0" : `bytes ${from}-${size - 1}/${size}` },
    body: exactSource(rest),
    onBytes: onBytes && ((sent) => onBytes(from + sent)),
    signal,
    tries: 1,
  });
}

export async function askSession(
  client: GcsClient,
  { address }: UploadSession,
  size: number,
  { signal }: CallOptions,
): Promise<SessionAnswer> {
  return tell(client, { path: address, headers: { "content-range": `bytes */${size}` }, signal });
}

/** Lets go of what a session holds. A session that nobody ends is removed by Google after a week. */
export async function cancelSession(client: GcsClient, { address }: UploadSession): Promise<void> {
  const response = await client.ask({
    method: "DELETE",
    path: address,
    accept: [200, 204, CANCELLED, ...OVER],
    tries: 1,
  });
  await response.discard();
}
