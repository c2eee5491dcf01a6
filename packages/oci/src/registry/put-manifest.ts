import {
  BaleError,
  type CallOptions,
  type Descriptor,
  type HttpResponse,
  type RawManifest,
} from "@bale/spec";
import { manifestFacts } from "../parse-descriptor.js";
import { parseDocument } from "../parse-document.js";
import { mayPassLater } from "../retry-pause.js";
import { sha256 } from "../sha256.js";
import { describeManifest } from "./describe-manifest.js";
import { recordReferrer } from "./record-referrer.js";
import { hasReferrersApi } from "./referrers-page.js";
import { exchangeName, type RegistryExchange } from "./registry-exchange.js";
import { sendManifest } from "./send-manifest.js";

/** @throws BaleError `DIGEST_MISMATCH`, `REGISTRY_LIMIT` */
function checkManifest(exchange: RegistryExchange, manifest: RawManifest): void {
  const digest = sha256(manifest.bytes);
  if (digest !== manifest.digest)
    throw new BaleError({
      code: "DIGEST_MISMATCH",
      message: "a manifest was handed over with a digest that is not its own",
      why: `named ${manifest.digest}, and the bytes have ${digest}`,
    });
  if (manifest.bytes.length > exchange.limits.manifestBytes)
    throw new BaleError({
      code: "REGISTRY_LIMIT",
      message: `the manifest for ${exchangeName(exchange)} is too large`,
      why: `${manifest.bytes.length} bytes; the limit is ${exchange.limits.manifestBytes}`,
      fix: "raise pack.smallerThan or pack.target, so that the manifest has fewer layers",
      context: { size: manifest.bytes.length, limit: exchange.limits.manifestBytes },
    });
}

/** The answer, or `undefined` when it was lost and the manifest turned out to be there. */
async function sendByDigest(
  exchange: RegistryExchange,
  manifest: RawManifest,
  options: CallOptions,
): Promise<HttpResponse | undefined> {
  try {
    return await sendManifest(exchange, manifest.digest, manifest, {
      idempotent: true,
      signal: options.signal,
    });
  } catch (error) {
    if (!mayPassLater(error)) throw error;
    const stored = await describeManifest(exchange, manifest.digest, options).catch(() => undefined);
    if (stored?.digest !== manifest.digest) throw error;
    return undefined;
  }
}

/**
 * A registry that keeps referrers says so by OCI-Subject. ECR was seen to say so without having the API,
 * and a lost answer says nothing: then the API itself is asked.
 */
async function keepsReferrers(
  exchange: RegistryExchange,
  answer: HttpResponse | undefined,
  subject: Descriptor,
  options: CallOptions,
): Promise<boolean> {
  if (exchange.profile.referrers === "tag") return false;
  if (answer && answer.headers["oci-subject"] === undefined) return false;
  return hasReferrersApi(exchange, subject.digest, options);
}

/** `putManifest` of the contract. */
export async function putManifest(
  exchange: RegistryExchange,
  manifest: RawManifest,
  options: CallOptions & { readonly subject?: Descriptor | undefined } = {},
): Promise<Descriptor> {
  checkManifest(exchange, manifest);
  const answer = await sendByDigest(exchange, manifest, options);
  const descriptor: Descriptor = {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
  };
  const { subject } = options;
  if (subject && !(await keepsReferrers(exchange, answer, subject, options))) {
    const facts = manifestFacts(parseDocument(manifest.bytes, "the manifest", "MANIFEST_INVALID"));
    await recordReferrer(exchange, subject.digest, { ...descriptor, ...facts }, options);
  }
  return descriptor;
}
