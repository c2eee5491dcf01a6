import { createHmac } from "node:crypto";

export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body. */
  readonly size: number;
  readonly account: string;
}

// In the order of the specification; Date stays empty, since x-ms-date is sent.
const SIGNED_HEADERS: readonly string[] = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

function canonicalHeaders(headers: RequestToSign["headers"]): string {
  return Object.keys(headers)
    .filter((name) => name.startsWith("x-ms-"))
    .sort()
    .map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`)
    .join("");
}

/** Two slashes' worth of account where the endpoint's path names it too: that is how the specification has it for emulators. */
function canonicalResource({ url, account }: RequestToSign): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const query = [...values.keys()]
    .sort()
    .map((name) => `\n${name}:${[...(values.get(name) ?? [])].sort().join(",")}`);
  return `/${account}${url.pathname}${query.join("")}`;
}

/** What is signed ("Authorize with Shared Key", Blob service, version 2009-09-19 and later). */
export function stringToSign(request: RequestToSign): string {
  const { headers, method, size } = request;
  const lines = SIGNED_HEADERS.map((name) =>
    // Since version 2015-02-21 a length of nothing is an empty line.
    name === "content-length" ? (size === 0 ? "" : String(size)) : (headers[name] ?? ""),
  );
  return `${[method, ...lines].join("\n")}\n${canonicalHeaders(headers)}${canonicalResource(request)}`;
}

/** Value of the header Authorization. The headers must hold `x-ms-date`, and nothing may be added to them afterwards that is signed. */
export function signRequest(request: RequestToSign, key: Uint8Array): string {
  const signature = createHmac("sha256", key).update(stringToSign(request), "utf8").digest("base64");
  return `SharedKey ${request.account}:${signature}`;
}
