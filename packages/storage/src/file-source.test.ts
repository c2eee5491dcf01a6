import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "./file-source.js";
import { codeOf, collect, randomBytes } from "./storage.testing.js";

const MiB = 1024 * 1024;
const bytes = randomBytes(2 * MiB + 17);
let folder = "";
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bale-source-"));
  writeFileSync(at("file"), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("fileSource", () => {
  it("gives the file, again and again, whole, by range and by section", async () => {
    const source = fileSource(at("file"), { size: bytes.length });
    for (let time = 0; time < 2; time++) expect((await collect(source.open())).equals(bytes)).toBe(true);
    const range = { start: MiB - 3, endExclusive: MiB + 3 };
    expect((await collect(source.open({ range }))).equals(bytes.subarray(MiB - 3, MiB + 3))).toBe(true);
    const section = fileSource(at("file"), { offset: 100, size: 50 });
    expect((await collect(section.open())).equals(bytes.subarray(100, 150))).toBe(true);
    expect((await collect(section.open({ range: { start: 10 } }))).equals(bytes.subarray(110, 150))).toBe(
      true,
    );
  });

  it("reads a file of no bytes", async () => {
    writeFileSync(at("empty"), "");
    expect(await collect(fileSource(at("empty"), { size: 0 }).open())).toHaveLength(0);
  });

  it("refuses a file of another size, and one that is gone", async () => {
    expect(await codeOf(collect(fileSource(at("file"), { size: 5 }).open()))).toBe("FILE_CHANGED");
    expect(await codeOf(collect(fileSource(at("file"), { offset: bytes.length, size: 1 }).open()))).toBe(
      "FILE_CHANGED",
    );
    expect(await codeOf(collect(fileSource(at("gone"), { size: 5 }).open()))).toBe("FILE_CHANGED");
  });

  it("notices a change while it reads, before it gives the last bytes", async () => {
    const changes: Record<string, (path: string) => void> = {
      touched: (path) => utimesSync(path, 1, 1),
      longer: (path) => appendFileSync(path, "x"),
      shorter: (path) => truncateSync(path, MiB + 5),
    };
    for (const [name, change] of Object.entries(changes)) {
      writeFileSync(at(name), bytes);
      let given = 0;
      const work = (async () => {
        for await (const chunk of fileSource(at(name), { size: bytes.length }).open()) {
          if (given === 0) change(at(name));
          given += chunk.length;
        }
      })();
      expect(await codeOf(work)).toBe("FILE_CHANGED");
      expect(given).toBeLessThan(bytes.length);
    }
  });

  it("follows no link and never waits for a pipe", async () => {
    symlinkSync(at("file"), at("link"));
    expect(await codeOf(collect(fileSource(at("link"), { size: bytes.length }).open()))).toBe("NOT_REGULAR");
    expect(await codeOf(collect(fileSource(folder, { size: 1 }).open()))).toBe("NOT_REGULAR");
    execFileSync("mkfifo", [at("pipe")]);
    expect(await codeOf(collect(fileSource(at("pipe"), { size: 1 }).open()))).toBe("NOT_REGULAR");
  });

  it("stops when asked to, and closes the file when the reader breaks off", async () => {
    const signal = AbortSignal.abort();
    const source = fileSource(at("file"), { size: bytes.length });
    expect(await codeOf(collect(source.open({ signal })))).toBe("INTERRUPTED");
    const before = process.getActiveResourcesInfo().length;
    for await (const chunk of source.open()) if (chunk) break;
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });
});
