import { BaleError } from "@bale/spec";
import { findWorkspace, openWorkspace } from "@bale/workspace";
import type { CommandCall } from "../definition/command-call.js";
import { referenceArgument } from "./arguments.js";

/** The first argument, or the upstream of the workspace. @throws BaleError `USAGE` without either, `NOT_A_WORKSPACE` */
export async function referenceOrUpstream(call: CommandCall, name: string): Promise<string> {
  const named = referenceArgument(call, 0);
  if (named !== undefined) return named;
  await using workspace = await openWorkspace(await findWorkspace(call.cwd));
  const reference = workspace.state.upstream ?? workspace.project?.ref;
  if (reference !== undefined) return reference;
  throw new BaleError({
    code: "USAGE",
    message: "this workspace has no upstream yet",
    fix: `name a reference: \`bale ${name} ghcr.io/acme/app:v1\``,
  });
}
