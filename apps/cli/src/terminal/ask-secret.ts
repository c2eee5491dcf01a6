import { BaleError } from "@bale/spec";
import { isAutomated } from "../settings/environment-settings.js";
import type { CommandIo } from "./command-io.js";
import { type HiddenLine, readHiddenLine } from "./hidden-line.js";
import { safe } from "./safe-text.js";

/** Whether somebody sits there who can be asked: a terminal both ways, and no build service. */
export function canAsk({ env, stdin, stderr }: CommandIo): boolean {
  return stdin.isTty && stderr.isTty && !isAutomated(env);
}

/** What is typed after a question, which shows. */
export async function askLine(io: CommandIo, question: string, signal: AbortSignal): Promise<string> {
  await io.stderr.write(`${safe(question)}: `);
  try {
    return (await io.stdin.readLine(signal)).trim();
  } catch (error) {
    // Whoever stopped it has said why.
    signal.throwIfAborted();
    throw error;
  }
}

/** What is typed after a question, which does not show. @throws BaleError `INTERRUPTED` on Ctrl-C, `USAGE` on Ctrl-D */
export async function askSecret(io: CommandIo, question: string, signal: AbortSignal): Promise<string> {
  let line: HiddenLine;
  {
    // Before the question: nothing that is typed at once may show.
    using terminal = io.stdin.openKeys(signal);
    await io.stderr.write(`${safe(question)}: `);
    line = await readHiddenLine(terminal.keys);
  }
  await io.stderr.write("\n");
  signal.throwIfAborted();
  if (line.kind === "line") return line.text;
  if (line.kind === "interrupted")
    throw new BaleError({ code: "INTERRUPTED", message: "stopped; nothing was done" });
  throw new BaleError({ code: "USAGE", message: "nothing was typed, and nothing was done" });
}
