import { BaleError } from "@bale/spec";
import { expect, it } from "vitest";
import { classify, FsStoreError } from "./classify.js";

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: of the system`), { code });
}

it.each([
  ["ENOSPC", "resource-exhausted"],
  ["EDQUOT", "resource-exhausted"],
  ["EMFILE", "resource-exhausted"],
  ["EIO", "resource-exhausted"],
  ["EACCES", "permission-denied"],
  ["EPERM", "permission-denied"],
  ["EROFS", "permission-denied"],
  ["ENOENT", "not-found"],
  ["ELOOP", "unsafe"],
  ["ENOTDIR", "conflict"],
  ["EISDIR", "conflict"],
  ["ESTALE", "unavailable"],
  ["ETIMEDOUT", "timeout"],
])("%s is %s", (code, kind) => {
  expect(classify(systemError(code))?.kind).toBe(kind);
});

it("an abort is cancelled, and is not repeated", () => {
  expect(classify(AbortSignal.abort().reason)).toEqual({ kind: "cancelled", retry: { kind: "never" } });
});

it("what says its own kind keeps it", () => {
  expect(classify(new FsStoreError("conflict", "x"))).toEqual({ kind: "conflict" });
  expect(classify(new BaleError({ code: "RANGE_INVALID", message: "x" }))?.kind).toBe("integrity");
});

it("anything else is none of its errors", () => {
  for (const cause of [
    new Error("x"),
    systemError("EUNHEARD"),
    systemError("toString"),
    "ENOENT",
    { code: "ENOENT" },
    undefined,
  ])
    expect(classify(cause)).toBeUndefined();
});
