import { resolve } from "node:path";
import { findWorkspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { workspaceClient } from "../client/workspace-client.js";
import type { RemotePorts } from "../remote/remote-tree.js";
import { readEnsureRecord } from "./ensured/ensure-record.js";
import type { VerifyOptions, VerifyResult } from "./trust-types.js";
import { verifyEnsured } from "./verify-ensured.js";

/** `bale verify DIR`: a folder that `ensure` filled, else the workspace at or above it. @throws as `verifyEnsured` and `verifyHeld`; `NOT_A_WORKSPACE` */
export async function verifyFolder(
  context: ClientContext,
  ports: RemotePorts,
  directory: string,
  options: Omit<VerifyOptions, "reference"> = {},
): Promise<VerifyResult> {
  if (readEnsureRecord(resolve(directory)) !== "absent")
    return verifyEnsured(context, ports, directory, options);
  return workspaceClient(context, await findWorkspace(directory)).verify(options);
}
