import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectDone } from "./harness/expect-done.js";
import { newPerson } from "./harness/person.js";
import { sameFiles } from "./harness/same-files.js";
import { type ScratchFolder, scratchFolder } from "./harness/scratch-folder.js";

interface Finding {
  readonly id: string;
  readonly state: string;
}

let folder: ScratchFolder;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder?.[Symbol.dispose]());

// As measured: what these servers do otherwise than the spec says.
const HABITS = {
  distribution: { referrers: "missing", "tag-condition": "missing", chunks: "works", "delete-tag": "works" },
  "docker-registry": {
    referrers: "missing",
    "chunk-order": "limited",
    "delete-tag": "missing",
    "tag-condition": "missing",
  },
  ggcr: { referrers: "missing", "session-status": "missing", "manifest-blob-check": "missing" },
} as const;

describe.each(["distribution", "docker-registry", "ggcr"] as const)("%s", (kind) => {
  describe.skipIf(!serviceOrSkip(kind))("examined", () => {
    it("is known by its habits, keeps nothing of the examination, and takes pushes afterwards", async () => {
      await using registry = await startRegistry(kind);
      const person = newPerson(folder.join(kind));
      const repository = `${registry.host}/acme/app`;
      const health = expectDone(await person.run(["registry", "doctor", repository]));
      expect(health["verdict"]).toMatchObject({ exit: 0 });
      const states = Object.fromEntries(
        (health["findings"] as Finding[]).map(({ id, state }) => [id, state]),
      );
      expect(states).toMatchObject(HABITS[kind]);
      expect(expectDone(await person.run(["tags", repository]))["tags"]).toEqual([]);
      const kept = join(person.home, ".local/state/bale/registries");
      expect([health["kept"], readdirSync(kept).length]).toEqual([expect.stringContaining(kept), 1]);
      const source = await person.workspace("source", {
        "a.txt": "a\n",
        "b.bin": Buffer.alloc(3_000_000, 1),
      });
      expectDone(await person.run(["push", `${repository}:v1`], { cwd: source }));
      expectDone(await person.run(["clone", `${repository}:v1`, "clone"]));
      sameFiles(join(person.home, "clone"), source);
    });
  });
});

describe.skipIf(!serviceOrSkip("distribution"))("a registry that takes no pushes", () => {
  it("is not usable where it is read-only, and nothing is kept", async () => {
    await using registry = await startRegistry("distribution", { variant: "readonly" });
    const person = newPerson(folder.join("readonly"));
    const done = await person.run(["registry", "doctor", `${registry.host}/acme/app`]);
    expect([done.exit, done.document["verdict"]]).toEqual([
      10,
      expect.objectContaining({ state: "not usable", exit: 10 }),
    ]);
    expect(existsSync(join(person.home, ".local/state/bale"))).toBe(false);
  });

  it("is exit 4 where the account is refused, and 7 where nobody answers", async () => {
    await using registry = await startRegistry("distribution", { variant: "htpasswd" });
    const person = newPerson(folder.join("refused"));
    expect((await person.run(["registry", "doctor", `${registry.host}/acme/app`])).exit).toBe(4);
    expect((await person.run(["registry", "doctor", "127.0.0.1:1/acme/app", "--retries", "0"])).exit).toBe(7);
  });
});
