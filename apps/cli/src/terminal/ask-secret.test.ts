import { describe, expect, it } from "vitest";
import { recordingIo } from "../../test/in-process.js";
import { askLine, askSecret, canAsk } from "./ask-secret.js";
import { type HiddenLine, readHiddenLine } from "./hidden-line.js";

const read = (...chunks: readonly (string | Uint8Array)[]): Promise<HiddenLine> =>
  readHiddenLine(
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })(),
  );

describe("a line without echo", () => {
  it.each<[string, readonly string[], string]>([
    ["as it is typed", ["s", "3", "c", "\r"], "s3c"],
    ["with a line feed", ["abc\n"], "abc"],
    ["empty", ["\r"], ""],
    ["up to Enter only", ["abc\rdef\r"], "abc"],
    ["with spaces", [" a b \r"], " a b "],
    ["with letters of all kinds", ["pä\u{1f511}ß\r"], "pä\u{1f511}ß"],
    ["after a mistake", ["abx\u007fc\r"], "abc"],
    ["after a mistake, with the other backspace", ["abx\bc\r"], "abc"],
    ["after a whole character is taken back", ["a\u{1f511}\u007fb\r"], "ab"],
    ["after more is taken back than there was", ["a\u007f\u007f\u007fb\r"], "b"],
    ["after all is taken back", ["wrong\u0015right\r"], "right"],
    ["without arrow keys", ["a\u001b[Db\u001bOCc\u001b[1;5D\r"], "abc"],
    ["without an arrow key that comes in two parts", ["a\u001b[", "Db\r"], "ab"],
    ["after the escape key", ["a\u001b", "\r"], "a"],
    ["after the escape key and Enter at once", ["a\u001b\r"], "a"],
    ["from a paste in brackets", ["\u001b[200~pasted\u001b[201~\r"], "pasted"],
    ["without tabs, and other control characters", ["a\tb\u0000\u0001\u001ac\r"], "abc"],
    ["after Ctrl-D", ["abc\u0004"], "abc"],
  ])("is read %s", async (_what, chunks, text) => {
    expect(await read(...chunks)).toEqual({ kind: "line", text });
  });

  it("may come in any bytes, also in half characters", async () => {
    const bytes = [...Buffer.from("pä\u{1f511}\r")].map((byte) => Uint8Array.of(byte));
    expect(await read(...bytes)).toEqual({ kind: "line", text: "pä\u{1f511}" });
  });

  it.each<[string, string, HiddenLine["kind"]]>([
    ["Ctrl-C", "abc\u0003", "interrupted"],
    ["Ctrl-D at its beginning", "\u0004", "ended"],
    ["Ctrl-D after all was taken back", "a\u007f\u0004", "ended"],
    ["a terminal that goes away", "abc", "ended"],
  ])("ends by %s", async (_what, keys, kind) => {
    expect(await read(keys)).toEqual({ kind });
  });

  it("does not grow without end", async () => {
    const line = await read("x".repeat(1_000_000), "\r");
    expect(line.kind === "line" && line.text.length).toBe(64 * 1024);
  });
});

describe("a secret", () => {
  const io = (keys: readonly string[]) => recordingIo({ cwd: "/", isTty: true, keys });
  const signal = new AbortController().signal;

  it("is asked for on stderr, and shown nowhere", async () => {
    const { io: asked, written } = io(["s3cr3t\r"]);
    expect(await askSecret(asked, "password\u001b", signal)).toBe("s3cr3t");
    expect(written).toEqual({ stdout: "", stderr: "password\\u{1b}: \n" });
  });

  it.each([
    ["\u0003", "INTERRUPTED"],
    ["\u0004", "USAGE"],
    ["half of it", "USAGE"],
  ])("that ends with %j is none", async (keys, code) => {
    await expect(askSecret(io([keys]).io, "password", signal)).rejects.toMatchObject({ code });
  });

  it("restores the terminal whatever happens", async () => {
    for (const keys of ["x\r", "\u0003", "\u0004"]) {
      const { io: asked } = io([]);
      let restored = 0;
      const openKeys = () => ({
        keys: (async function* () {
          yield Buffer.from(keys);
        })(),
        [Symbol.dispose]: () => void restored++,
      });
      await askSecret({ ...asked, stdin: { ...asked.stdin, openKeys } }, "password", signal).catch(() => {});
      expect(restored).toBe(1);
    }
  });

  it("stops with the reason of whoever stopped it", async () => {
    const stopped = AbortSignal.abort(new Error("stopped by SIGTERM"));
    await expect(askSecret(io([]).io, "password", stopped)).rejects.toThrow("stopped by SIGTERM");
    const { io: asked } = io([]);
    const readLine = () => Promise.reject(new Error("aborted"));
    await expect(
      askLine({ ...asked, stdin: { ...asked.stdin, readLine } }, "user name", stopped),
    ).rejects.toThrow("stopped by SIGTERM");
  });
});

it("nobody is asked without a terminal, or by a build service", () => {
  expect(canAsk(recordingIo({ cwd: "/", isTty: true }).io)).toBe(true);
  expect(canAsk(recordingIo({ cwd: "/" }).io)).toBe(false);
  expect(canAsk(recordingIo({ cwd: "/", isTty: true, env: { CI: "true" } }).io)).toBe(false);
});
