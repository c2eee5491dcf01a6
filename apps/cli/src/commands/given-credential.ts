import { BaleError, type Credential, secret } from "@bale/spec";
import type { CommandCall } from "../definition/command-call.js";
import { usageError } from "../errors/usage-error.js";
import { askLine, askSecret, canAsk } from "../terminal/ask-secret.js";
import { readPipedSecret } from "../terminal/piped-secret.js";

export type GivenCredential = Credential & { readonly kind: "basic" | "identity-token" };

const HELP = "bale login --help";

function nobodyToAsk(what: string, name: string): BaleError {
  return new BaleError({
    code: "USAGE",
    message: `no ${what} is given, and there is no terminal to ask for it at`,
    why: "a password on a command line can be read by everybody on the machine, so there is no flag for it",
    fix: `pipe it in: \`printf %s "$TOKEN" | bale login ${name} --username NAME --password-stdin\``,
    context: { see: HELP },
  });
}

async function username(call: CommandCall, name: string): Promise<string> {
  const given = call.flags.text("username");
  if (given !== undefined && given !== "") return given;
  if (given === undefined && call.flags.has("password-stdin"))
    throw usageError("--password-stdin wants --username as well", HELP);
  if (given === undefined && !canAsk(call.io)) throw nobodyToAsk("user name", name);
  const typed = given ?? (await askLine(call.io, `user name at ${name}`, call.signal));
  if (typed !== "") return typed;
  throw new BaleError({ code: "USAGE", message: "the user name is empty, and nothing was done" });
}

/** What flags and pipes give, and what is asked for at a terminal. @throws BaleError `USAGE`, `INTERRUPTED` on Ctrl-C */
export async function givenCredential(call: CommandCall, name: string): Promise<GivenCredential> {
  const { flags, io } = call;
  const wantsPassword = flags.has("password-stdin");
  if (flags.has("identity-token-stdin")) {
    if (wantsPassword)
      throw usageError("stdin holds one secret: a password or an identity token", "bale help auth");
    return { kind: "identity-token", token: secret(await readPipedSecret(io, "identity-token-stdin")) };
  }
  const user = await username(call, name);
  if (wantsPassword)
    return { kind: "basic", username: user, password: secret(await readPipedSecret(io, "password-stdin")) };
  if (!canAsk(io)) throw nobodyToAsk("password", name);
  const password = await askSecret(io, `password or token of ${user} at ${name}`, call.signal);
  if (password !== "") return { kind: "basic", username: user, password: secret(password) };
  throw new BaleError({ code: "USAGE", message: "the password is empty, and nothing was done" });
}
