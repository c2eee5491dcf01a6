import { expect, it } from "vitest";
import { PROBE, parseAccessLog } from "./access-log.mjs";
import { flavours } from "./registry-flavours.mjs";

const parse = (kind: string, text: string) => parseAccessLog(text, flavours[kind]?.accessLine ?? /x/);

it("reads the combined format of distribution", () => {
  const line = '127.0.0.1 - - [23/Nov/2026:20:52:14 +0000] "GET /v2/?a=1 HTTP/1.1" 200 2 "" "curl/7.88.1"';
  expect(parse("distribution", `${line}\n`)).toEqual([
    { method: "GET", path: "/v2/", query: "a=1", status: 200 },
  ]);
});

it("reads the lines of the in-memory registry, which gives the status of failures only", () => {
  const lines = ["2026/11/23 20:52:15 serving on port 45131", "2026/11/23 20:52:16 GET /v2/"];
  const failed = "2026/11/23 20:52:16 HEAD /v2/a/manifests/x 404 NAME_UNKNOWN Unknown name";
  expect(parse("ggcr", [...lines, failed].join("\n"))).toEqual([
    { method: "GET", path: "/v2/", query: "", status: undefined },
    { method: "HEAD", path: "/v2/a/manifests/x", query: "", status: 404 },
  ]);
});

it("leaves out the requests of the tooling itself", () => {
  expect(parse("ggcr", `2026/11/23 20:52:16 GET /v2/?${PROBE}=start`)).toEqual([]);
});
