import { BaleError } from "@bale/spec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseContentRange } from "./content-range.js";
import { escapeTerminal } from "./escape-terminal.js";
import { parseLinkHeader } from "./link-header.js";
import { redactText, redactUrl } from "./redact.js";
import { readServerWords } from "./registry-errors.js";
import { registryOrigin } from "./registry-origin.js";
import { parseRetryAfter, retryDelay } from "./retry-policy.js";

describe("registryOrigin", () => {
  test.each([
    ["ghcr.io", {}, "https://ghcr.io"],
    ["docker.io", {}, "https://registry-1.docker.io"],
    ["index.docker.io", {}, "https://registry-1.docker.io"],
    ["localhost:5000", {}, "http://localhost:5000"],
    ["127.0.0.1:5000", {}, "http://127.0.0.1:5000"],
    ["[::1]:5000", {}, "http://[::1]:5000"],
    ["localhost:443", {}, "https://localhost"],
    ["localhost:5000", { plainHttp: false }, "https://localhost:5000"],
    ["10.0.0.1:5000", {}, "https://10.0.0.1:5000"],
    ["registry.example:80", { plainHttp: true }, "http://registry.example"],
  ])("%s with %o is %s", (registry, settings, origin) => {
    expect(registryOrigin(registry, settings)).toBe(origin);
  });
  test.each(["a/b", "user@host", "", "host?x", "ho st", "host#x"])("%j is refused", (registry) => {
    expect(() => registryOrigin(registry)).toThrow(BaleError);
  });
});

// Lone surrogates included.
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 150 })
  .map((points) => String.fromCodePoint(...points));

describe("escapeTerminal", () => {
  test.each([
    ["plain é 漢 😀", "plain é 漢 😀"],
    ["a\u001b[31mb", "a\\u{1b}[31mb"],
    ["a\r\nb", "a\\u{d}\\u{a}b"],
    ["\u202eevil\u200b", "\\u{202e}evil\\u{200b}"],
    ["\u009b1m", "\\u{9b}1m"],
    ["\ud800x", "\\u{d800}x"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
  ])("%j is shown as %j", (text, shown) => {
    expect(escapeTerminal(text)).toBe(shown);
  });
  test("nothing that a terminal acts on is left, and the length is bounded", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = escapeTerminal(text, 50);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
        expect(shown.length).toBeLessThanOrEqual(50 * 10 + 3);
      }),
    );
  });
});

describe("redaction", () => {
  test.each([
    ["https://user:pw@h.example/p?X-Amz-Signature=s#f", "https://h.example/p?[hidden]"],
    ["https://h.example/p", "https://h.example/p"],
    ["not a url?sig=s", "not a url?[hidden]"],
  ])("the URL %s is shown as %s", (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
  test.each([
    "Authorization: Bearer s3cr3t-token",
    "authorization=Basic czNjcjN0",
    '{"authorization":"Bearer s3cr3t"}',
    "sent Bearer s3cr3t.s3cr3t",
    "Proxy-Authorization: Basic czNjcjN0",
    "cookie: session=s3cr3t",
    '{"access_token":"s3cr3t","x":1}',
    '{"token": "s3cr3t \\" s3cr3t"}',
    "refresh_token=s3cr3t&grant_type=x",
    "get https://a.example/x?sig=s3cr3t now",
    "ftp://me:s3cr3t@a.example/",
    "X-Amz-Signature=s3cr3t",
    "password: s3cr3t",
    "token: s3cr3t",
    "/token=s3cr3t",
  ])("%s loses its secret", (text) => {
    expect(redactText(text)).not.toMatch(/s3cr3t|czNjcjN0/);
    expect(redactText(text)).toContain("[hidden]");
  });
  test("the user of an http URL is dropped", () => {
    expect(redactText("http_proxy=http://me:s3cr3t@proxy.example:3128")).toBe(
      "http_proxy=http://proxy.example:3128",
    );
  });
  test("an address without a path gets none: people paste what is shown", () => {
    const line = "s3://acme-bales/blobs at https://minio.example.org:9000";
    expect(redactText(line)).toBe(line);
    expect(redactText(`${line}/ too`)).toBe(`${line}/ too`);
    expect(redactUrl("https://h.example?sig=s")).toBe("https://h.example?[hidden]");
  });
  test("addresses that are none lose their query and password too", () => {
    expect(redactText("at https://me:s3cr3t@1.2.3.4:99999/x?sig=s3cr3t now")).toBe(
      "at https://[hidden]@1.2.3.4:99999/x?[hidden] now",
    );
  });
  test.each([
    "GET ghcr.io/v2/acme/app/blobs/sha256:1f0a answered 404: blob unknown to registry",
    "GET ghcr.io/token: the server went silent",
  ])("ordinary words stay: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe("parseLinkHeader", () => {
  test.each([
    ['</v2/_catalog?n=2&last=b>; rel="next"', "/v2/_catalog?n=2&last=b"],
    ["</v2/x?last=b>; rel=next", "/v2/x?last=b"],
    ['</a>; rel="prev", </b>; title="x, y"; rel="next"', "/b"],
    ['</a>;REL="first Next"', "/a"],
    ['</a>; rel="prev"; rel="next"', undefined],
    ["</a>", undefined],
    ["rel=next", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s leads to %s", (header, target) => {
    expect(parseLinkHeader(header)).toBe(target);
  });
  test("any header is read in bounded time and without throwing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("<", ">", ";", ",", " ", "=", '"', "\\", "rel", "next", "a"), {
          maxLength: 400,
        }),
        (parts) => {
          const target = parseLinkHeader(parts.join(""));
          expect(target === undefined || parts.join("").includes(`<${target}>`)).toBe(true);
        },
      ),
    );
    expect(parseLinkHeader(`<a>${"; x".repeat(5000)}`)).toBeUndefined();
  });
});

describe("parseContentRange", () => {
  test.each([
    ["bytes 0-99/1000", { start: 0, endExclusive: 100, total: 1000 }],
    ["bytes 5-5/*", { start: 5, endExclusive: 6, total: undefined }],
    ["bytes 10-5/100", undefined],
    ["bytes 0-100/100", undefined],
    ["bytes */100", undefined],
    ["items 0-1/2", undefined],
    ["bytes 0-9999999999999999/9999999999999999", undefined],
    [undefined, undefined],
  ])("%s", (header, range) => {
    expect(parseContentRange(header)).toEqual(range);
  });
  test("what is written is read", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (start, more, rest) => {
        const endExclusive = start + more + 1;
        expect(parseContentRange(`bytes ${start}-${endExclusive - 1}/${endExclusive + rest}`)).toEqual({
          start,
          endExclusive,
          total: endExclusive + rest,
        });
      }),
    );
  });
});

describe("waits", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  test.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7000],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Thursday, 01-Jan-26 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["-1", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["2026-01-01", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("Retry-After %j is %j ms", (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });
  test("the bound doubles up to 10 s, and chance decides below it", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map((failed) => retryDelay(failed, () => 0.5))).toEqual([
      125, 250, 500, 1000, 2000, 4000, 5000, 5000,
    ]);
    expect(retryDelay(5, () => 0)).toBe(0);
  });
});

describe("pages about the connection", () => {
  test.each([
    [
      "<html><h1>400 Bad Request</h1><center>No required SSL certificate was sent</center></html>",
      "client certificate",
    ],
    ["<html>The plain HTTP request was sent to HTTPS port</html>", "speaks TLS"],
    ["Client sent an HTTP request to an HTTPS server.\n", "speaks TLS"],
  ])("%s", (page, words) => {
    expect(readServerWords(page, "text/html").tls?.why).toContain(words);
  });
  test("say nothing of other refusals", () => {
    expect(readServerWords("<html>400 Bad Request</html>", "text/html").tls).toBeUndefined();
  });
});

describe("readServerWords", () => {
  test.each([
    [
      '{"errors":[{"code":"DENIED","message":"no\\u001b[1m"},{"code":"X"}]}',
      ["DENIED", "X"],
      "DENIED: no\\u{1b}[1m; X",
    ],
    ['{"details":"incorrect username or password"}', [], "incorrect username or password"],
    ['{"error":"invalid_grant","error_description":"expired"}', [], "expired"],
    [
      "<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>wait</Message></Error>",
      ["SlowDown"],
      "SlowDown: wait",
    ],
    ["<html><body>504</body></html>", [], undefined],
    ["pull rate\nlimit token=abc123", [], "pull rate limit token=[hidden]"],
    ['{"errors":[{"code":"bad code!","message":5}]}', [], undefined],
    ["[1,2", [], "[1,2"],
    ["null", [], "null"],
  ])("%s", (body, codes, text) => {
    expect(readServerWords(body, undefined)).toEqual({ codes, text });
  });
});
