import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { push } from "../push/push.js";
import type { PushResult } from "../push/push-options.js";
import { clone } from "../working-tree/clone.js";
import type { RepackOptions } from "./registry-types.js";

/** `bale repack REF`: same content, packs made anew. The whole bundle is fetched into a temporary workspace for it. */
export async function repack(
  context: ClientContext,
  reference: string,
  options: RepackOptions = {},
): Promise<PushResult> {
  const place = await mkdtemp(join(tmpdir(), "bale-repack-"));
  try {
    // A dry run needs the bundle as well: what would be sent is what it is packed into.
    const { dryRun, ...call } = options;
    const { directory } = await clone(context, {
      ...call,
      reference,
      directory: "tree",
      cwd: place,
      roles: ["all"],
    });
    await using workspace = await openWorkspace(directory, {
      lock: { command: "repack" },
      signal: options.signal,
    });
    return await push(context, workspace, { ...call, dryRun, repack: true });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
