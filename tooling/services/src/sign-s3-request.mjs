import { createHash, createHmac } from "node:crypto";

/**
 * @typedef {object} S3Account
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 */

/**
 * Headers that sign a request as AWS Signature Version 4 has it ("Signature Calculations for the Authorization Header"
 * in the reference of the S3 API), with the digest of the whole body.
 * @param {S3Account} account
 * @param {{ method: string, url: URL, body: string | Uint8Array, headers?: Readonly<Record<string, string>>, now?: Date }} request
 * @returns {Record<string, string>}
 */
export function signS3Request(account, { method, url, body, headers = {}, now = new Date() }) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const scope = `${day}/${account.region}/s3/aws4_request`;
  const bodyDigest = sha256(body);
  /** @type {Record<string, string>} */
  const signed = { host: url.host, "x-amz-content-sha256": bodyDigest, "x-amz-date": time };
  for (const [name, value] of Object.entries(headers)) signed[name.toLowerCase()] = value;
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${signed[name]}`),
    "",
    names.join(";"),
    bodyDigest,
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, account.region, "s3", "aws4_request"].reduce(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${account.secretAccessKey}`),
  );
  const signature = hmac(key, text).toString("hex");
  delete signed["host"];
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${account.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

/** @param {URL} url */
function canonicalQuery(url) {
  const pairs = [...url.searchParams].map((pair) => pair.map(encoded).join("="));
  return pairs.sort().join("&");
}

/** @param {string} text */
function encoded(text) {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @param {string | Uint8Array} data */
function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

/**
 * @param {Buffer} key
 * @param {string} text
 */
function hmac(key, text) {
  return createHmac("sha256", key).update(text).digest();
}
