import { BaleError, exitCodeOf } from "@bale/spec";
import { runBale } from "./bale-command.js";
import { openClient } from "./client.js";

/** How a command ended: exit code, code of the error if there was one, and the manifest it pushed or came to. */
export interface Attempt {
  readonly exit: number;
  readonly code: string | undefined;
  /** Of the error: what happened, and why. */
  readonly message: string | undefined;
  readonly manifest: string | undefined;
}
/** Somebody with a workspace of his own. */
export interface Writer extends AsyncDisposable {
  readonly root: string;
  readonly pull: (options?: { readonly overwrite?: boolean }) => Promise<Attempt>;
  readonly push: () => Promise<Attempt>;
}

async function attempt(run: () => Promise<{ readonly manifest: string | undefined }>): Promise<Attempt> {
  try {
    return { exit: 0, code: undefined, message: undefined, manifest: (await run()).manifest };
  } catch (error) {
    if (!BaleError.is(error)) throw error;
    const message = `${error.message}: ${error.why}`;
    return { exit: exitCodeOf(error), code: error.code, message, manifest: undefined };
  }
}

/** A writer in this process, with a client of its own. */
export async function sdkWriter(reference: string, root: string): Promise<Writer> {
  const bale = openClient();
  await bale.clone({ reference, directory: root, cwd: "/" });
  const workspace = await bale.workspace(root);
  return {
    root,
    pull: (options) => attempt(() => workspace.pull(options)),
    push: () => attempt(() => workspace.push()),
    [Symbol.asyncDispose]: () => bale[Symbol.asyncDispose](),
  };
}

/** A writer whose every command is a process. */
export async function commandWriter(reference: string, root: string, cwd: string): Promise<Writer> {
  const run = async (args: readonly string[], folder: string): Promise<Attempt> => {
    const { exit, document } = await runBale(args, { cwd: folder });
    const error = document["error"] as { readonly code: string; readonly message: string } | undefined;
    return {
      exit,
      code: error?.code,
      message: error?.message,
      manifest: document["manifest"] as string | undefined,
    };
  };
  const cloned = await run(["clone", reference, root], cwd);
  if (cloned.exit !== 0) throw new Error(`clone ended with ${cloned.exit} (${cloned.code})`);
  return {
    root,
    pull: (options) => run(["pull", ...(options?.overwrite ? ["--overwrite"] : [])], root),
    push: () => run(["push"], root),
    [Symbol.asyncDispose]: async () => {},
  };
}
