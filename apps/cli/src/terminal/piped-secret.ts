import { BaleError } from "@bale/spec";
import type { CommandIo } from "./command-io.js";

/** A secret from a pipe; one line end behind it is left out. @throws BaleError `USAGE` */
export async function readPipedSecret(io: CommandIo, flag: string): Promise<string> {
  if (io.stdin.isTty)
    throw new BaleError({
      code: "USAGE",
      message: `--${flag} reads a pipe, and stdin is a terminal`,
      fix: `pipe it in: \`printf %s "$TOKEN" | bale ... --${flag}\``,
    });
  const text = (await io.stdin.readAll()).replace(/\r?\n$/, "");
  if (text === "") throw new BaleError({ code: "USAGE", message: `--${flag} found nothing on stdin` });
  return text;
}
