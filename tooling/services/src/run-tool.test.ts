import { describe, expect, it } from "vitest";
import { serviceOrSkip } from "./require.mjs";
import { runTool } from "./run-tool.mjs";

for (const tool of ["oras", "crane", "skopeo"] as const) {
  describe.skipIf(!serviceOrSkip(tool))(tool, () => {
    it("runs, and reports a failure as a status", async () => {
      const known = await runTool(tool, ["--help"]);
      expect(known.code).toBe(0);
      expect(known.stdout).toContain(tool);
      const unknown = await runTool(tool, ["no-such-command"]);
      expect(unknown.code).not.toBe(0);
      expect(unknown.stderr).toContain("no-such-command");
    });
  });
}
