import { it } from "vitest";
import { ROWS } from "./rows.testing.js";
import { stage } from "./situation.testing.js";
it("dump", { timeout: 200000 }, async () => {
  const t0 = Date.now();
  for (const row of ROWS) {
    try {
    await using s = await stage(row.situation);
    const all = ["**"];
    const out: Record<string, string> = {
      pull: await s.pulled(), theirs: await s.pulled({ theirs: all }), overwrite: await s.pulled({ overwrite: true }), mirror: await s.pulled({ mirror: true }),
      ours: await s.pulled({ ours: all }), restore: await s.pulled({ restore: true }), path: await s.pulled({ paths: ["zz"] }),
      push: await s.pushed(), force: await s.pushed({ force: true }),
    };
    console.log(row.name + "\n" + Object.entries(out).map(([k, v]) => `   ${k.padEnd(10)} ${v}`).join("\n"));
    } catch (e) { console.log(row.name, "EXC", e); }
  }
  console.log(Date.now() - t0, "ms");
});
