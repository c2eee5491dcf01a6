import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { controlPaths } from "../control-folder.js";
import { initWorkspace } from "../init-workspace.js";
import { lockWorkspace } from "../lock/lock-workspace.js";
import { repairState } from "../repair-state.js";
import { at, useFolders } from "../workspace.testing.js";
import { loadState, storeState } from "./state-file.js";
import { emptyState } from "./workspace-state.js";

describe("state file", () => {
  const folder = useFolders();

  it("is replaced whole and leaves no temporary file", async () => {
    const { root } = folder();
    await initWorkspace({ directory: root });
    const state = { ...emptyState(), entries: new Map([[at("a"), { tracked: true }]]) };
    storeState(root, state, { sync: true });
    const back = loadState(root);
    expect({ ...back, entries: new Map(back.entries) }).toEqual(state);
    expect(statSync(controlPaths(root).state).mode & 0o777).toBe(0o600);
    expect(readdirSync(controlPaths(root).folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("says what to do when it is damaged, and is repaired only on request", async () => {
    const { root } = folder();
    await initWorkspace({ directory: root });
    const { state: file } = controlPaths(root);
    writeFileSync(file, "damaged");
    expect(() => loadState(root)).toThrow(
      expect.objectContaining({ code: "STATE_CORRUPT", fix: expect.stringContaining("doctor --repair") }),
    );
    const lock = await lockWorkspace(root, { command: "test" });
    const result = await repairState(root, lock);
    expect(result.outcome).toBe("repaired");
    expect(readFileSync(result.backup ?? "", "utf8")).toBe("damaged");
    expect([...loadState(root).entries.keys()]).toEqual([".baleignore", "bale.yaml"]);
    expect(await repairState(root, lock)).toEqual({ outcome: "healthy" });
    await lock.release();
  });

  it("never rewrites a newer version", async () => {
    const { root } = folder();
    await initWorkspace({ directory: root });
    const { state: file } = controlPaths(root);
    writeFileSync(file, "bale-state 2\n{}");
    expect(() => loadState(root)).toThrow(expect.objectContaining({ code: "STATE_VERSION" }));
    const lock = await lockWorkspace(root, { command: "test" });
    await expect(repairState(root, lock)).rejects.toMatchObject({ code: "STATE_VERSION" });
    await lock.release();
    await expect(initWorkspace({ directory: root })).rejects.toMatchObject({ code: "STATE_VERSION" });
    expect(readFileSync(file, "utf8")).toBe("bale-state 2\n{}");
  });
});
