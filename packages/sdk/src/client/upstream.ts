import { BaleError, type Reference } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "./client-context.js";

/** The reference that a command means: the one it names, else the workspace's upstream. @throws BaleError `USAGE` without either */
export function upstreamOf(
  context: ClientContext,
  workspace: Workspace,
  named: string | undefined,
): Reference {
  const text = named ?? workspace.state.upstream ?? workspace.project?.ref;
  if (text !== undefined) return context.parse(text);
  throw new BaleError({
    code: "USAGE",
    message: "this workspace has no upstream yet",
    why: "no reference is named, and bale.yaml has no ref",
    fix: "name one: `bale push -u ghcr.io/acme/app:v1`",
  });
}
