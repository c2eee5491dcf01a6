const HIDDEN = "[hidden]";

// A value ends at white space, a quote, or whatever separates parameters.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Header lines and header values: scheme kept, credentials gone (RFC 9110 section 11.4).
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(basic|bearer|aws4-hmac-sha256)\s+)?[^\r\n"']+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, `$1${HIDDEN}`],
  // Members of JSON, forms and queries. Names as registries, AWS, Azure and Google use them.
  [
    // What ends in `/token: ` is the address of a token service, not a member.
    /((?:["']?(?<!\/(?=token: ))\b(?:access_?token|refresh_?token|identity_?token|registry_?token|id_?token|token|password|passwd|secret|client_secret|auth|sig|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|signature|awsaccesskeyid|accountkey|sharedaccesssignature)\b["']?)\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s&;,"'<>]+)/gi,
    `$1${HIDDEN}`,
  ],
  // `scheme://user:password@host`
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@]+@/gi, `$1${HIDDEN}@`],
];

/** A URL without user, password, query and fragment. A query may hold a signature, so that none is ever printed. */
export function redactUrl(url: string | URL): string {
  try {
    const parsed = new URL(url);
    // The parser gives every address a path; one that is printed to be pasted must stay what it was.
    const path = /^[^/]*\/\/[^/?#]*(?:[?#]|$)/.test(String(url)) ? "" : parsed.pathname;
    const shown = `${parsed.protocol}//${parsed.host}${path}`;
    return parsed.search === "" ? shown : `${shown}?${HIDDEN}`;
  } catch {
    return redactWords(String(url).replace(/[?#].*$/s, `?${HIDDEN}`));
  }
}

function redactWords(text: string): string {
  let result = text;
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
  return result;
}

/** Text in which everything that looks like a credential is replaced by `[hidden]`: for logs and for what servers and tools say. */
export function redactText(text: string): string {
  return redactWords(text.replace(/\bhttps?:\/\/[^\s"'<>]+/gi, (url) => redactUrl(url)));
}
