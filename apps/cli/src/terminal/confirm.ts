import { BaleError } from "@bale/spec";
import type { CommandCall } from "../definition/command-call.js";
import { isAutomated } from "../settings/environment-settings.js";
import { safe } from "./safe-text.js";

/** Asks a person at a terminal; everybody else has said it by running the command. @throws BaleError `INTERRUPTED` on no */
export async function confirm(call: CommandCall, question: string): Promise<void> {
  const { io, settings } = call;
  if (settings.yes || settings.json || !io.stdin.isTty || !io.stderr.isTty || isAutomated(io.env)) return;
  await io.stderr.write(`${safe(question)} [y/N] `);
  const answer = (await io.stdin.readLine(call.signal)).trim().toLowerCase();
  if (answer === "y" || answer === "yes") return;
  throw new BaleError({ code: "INTERRUPTED", message: "nothing was done" });
}
