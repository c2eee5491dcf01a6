import { createHmac } from "node:crypto";

/**
 * Headers that authorise a request without a body by Shared Key ("Authorize with Shared Key" in the reference of the
 * Blob service), for version 2021-08-06 of it.
 * @param {{ account: string, accountKey: string }} account
 * @param {{ method: string, url: URL, now?: Date }} request
 * @returns {Record<string, string>}
 */
export function signAzureRequest({ account, accountKey }, { method, url, now = new Date() }) {
  const headers = { "x-ms-date": now.toUTCString(), "x-ms-version": "2021-08-06" };
  const resource = [
    `/${account}${url.pathname}`,
    ...[...url.searchParams].map(([name, value]) => `${name}:${value}`).sort(),
  ];
  const text = [
    method,
    // Content-Encoding to Range: none of the eleven standard headers is sent.
    ...Array.from({ length: 11 }, () => ""),
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    ...resource,
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(accountKey, "base64")).update(text).digest("base64");
  return { ...headers, authorization: `SharedKey ${account}:${signature}` };
}
