import { describe, expect, it } from "vitest";
import { recordingIo } from "../../test/in-process.js";
import type { CommandCall } from "../definition/command-call.js";
import { confirm } from "./confirm.js";

function asked(
  options: { readonly isTty: boolean; readonly input: string; readonly env?: Record<string, string> },
  settings: object = {},
) {
  const { io, written } = recordingIo({ cwd: "/", ...options });
  const call = { io, settings: { yes: false, json: false, ...settings } } as unknown as CommandCall;
  return { answer: confirm(call, "remove the tag\u001b?"), written };
}

describe("a question", () => {
  it.each(["y", "Y", "yes", " yes "])("is answered by %j with yes", async (input) => {
    const { answer, written } = asked({ isTty: true, input });
    await expect(answer).resolves.toBeUndefined();
    expect(written.stderr).toBe("remove the tag\\u{1b}? [y/N] ");
  });

  it.each(["", "n", "yess"])("is answered by %j with no, and then nothing is done", async (input) => {
    await expect(asked({ isTty: true, input }).answer).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  it("is not asked where nobody sits, or where the answer is known", async () => {
    for (const { answer, written } of [
      asked({ isTty: false, input: "" }),
      asked({ isTty: true, input: "", env: { CI: "1" } }),
      asked({ isTty: true, input: "" }, { yes: true }),
      asked({ isTty: true, input: "" }, { json: true }),
    ]) {
      await expect(answer).resolves.toBeUndefined();
      expect(written.stderr).toBe("");
    }
  });
});
