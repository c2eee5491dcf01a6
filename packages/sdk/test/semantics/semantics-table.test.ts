import { describe, expect, it } from "vitest";
import { CONFLICT_ROWS, IN_THE_WAY_ROWS, LOCAL_ROWS, REMOTE_ROWS } from "./rows.testing.js";
import { stage } from "./situation.testing.js";

const EVERYTHING = ["**"];

describe("the table of three trees, on disk and in a registry", () => {
  it.each([...REMOTE_ROWS, ...LOCAL_ROWS, ...CONFLICT_ROWS, ...IN_THE_WAY_ROWS])("$name", async (row) => {
    await using place = await stage(row.situation);
    const theirs = row.theirs ?? row.pull;
    expect(await place.pulled(), "pull").toBe(row.pull);
    expect(await place.pulled({ theirs: EVERYTHING }), "pull --theirs").toBe(theirs);
    expect(await place.pulled({ overwrite: true }), "pull --overwrite").toBe(theirs);
    expect(await place.pulled({ mirror: true }), "pull --mirror").toBe(row.mirror ?? theirs);
    expect(await place.pulled({ ours: EVERYTHING }), "pull --ours").toBe(row.ours ?? row.pull);
    expect(await place.pulled({ restore: true }), "pull --restore").toBe(row.restore ?? row.pull);
    expect(await place.pushed(), "push").toBe(row.push);
    expect(await place.pushed({ force: true }), "push --force").toBe(row.force ?? row.push);
    expect(await place.pulled({ paths: ["elsewhere"] }), "pull --path elsewhere").toBe(
      await place.untouched(),
    );
  });
});
