import { addPaths, openWorkspace, removePaths, type Workspace } from "@bale/workspace";
import { exportWorkspace } from "../archive/export-workspace.js";
import type { BaleWorkspace } from "../bale.js";
import { diffWorkspace } from "../look/diff.js";
import { applyPlan } from "../plan/apply-plan.js";
import { planPull } from "../plan/plan-pull.js";
import { planPush } from "../plan/plan-push.js";
import { pull } from "../pull/pull.js";
import { push } from "../push/push.js";
import { rememberRemote } from "../status/remember-remote.js";
import { status } from "../status/status.js";
import { checkStores } from "../storage/check-store.js";
import { explainStorage } from "../storage/explain.js";
import { gcStore } from "../storage/gc-store.js";
import { type GcUploadsReport, gcUploads } from "../storage/gc-uploads.js";
import { migrateStorage } from "../storage/migrate.js";
import { knownStore, namedStores, workspaceStores } from "../storage/workspace-stores.js";
import { doctor } from "../trust/doctor.js";
import { gc } from "../trust/gc.js";
import { verifyWorkspace } from "../trust/verify.js";
import { listReplacedFiles, restoreFiles } from "../working-tree/restore.js";
import type { ClientContext } from "./client-context.js";
import { outsidePorts } from "./outside-ports.js";

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Commands on the workspace at `root`; each opens it anew, so that what another process did in between is seen. */
export function workspaceClient(context: ClientContext, root: string): BaleWorkspace {
  async function changing<Value>(
    command: string,
    call: Call,
    use: (workspace: Workspace) => Promise<Value>,
  ): Promise<Value> {
    await using workspace = await openWorkspace(root, {
      lock: { command, timeoutMs: context.options.lockTimeoutMs, signal: call.signal },
      fsync: context.options.fsync,
      signal: call.signal,
    });
    // Awaited here: `return` alone would let the lock go before the work is done.
    return await use(workspace);
  }
  async function reading<Value>(call: Call, use: (workspace: Workspace) => Promise<Value>): Promise<Value> {
    await using workspace = await openWorkspace(root, { signal: call.signal });
    // Awaited here: `return` alone would let the lock go before the work is done.
    return await use(workspace);
  }
  return {
    root,
    add: (args, options) =>
      changing("add", options, async (workspace) => {
        const result = await addPaths(workspace, args, options);
        if (!options.dryRun) await workspace.save();
        return result;
      }),
    remove: (args, options) =>
      changing("remove", options, async (workspace) => {
        const result = await removePaths(workspace, args, options);
        if (!options.dryRun) await workspace.save();
        return result;
      }),
    status: (options = {}) =>
      reading(options, async (workspace) => {
        const seen = await status(context, workspace, options);
        await rememberRemote(root, seen, workspace.state, Date.now());
        return seen;
      }),
    diff: (options = {}) => reading(options, (workspace) => diffWorkspace(context, workspace, options)),
    push: (options = {}) => changing("push", options, (workspace) => push(context, workspace, options)),
    pull: (options = {}) => changing("pull", options, (workspace) => pull(context, workspace, options)),
    planPush: (options = {}) =>
      changing("push --plan", options, (workspace) => planPush(context, workspace, options)),
    planPull: (options = {}) => reading(options, (workspace) => planPull(context, workspace, options)),
    apply: (plan, options = {}) =>
      changing("apply", options, (workspace) => applyPlan(context, workspace, plan, options)),
    listReplaced: () => listReplacedFiles(root),
    restore: (paths, options = {}) =>
      changing("restore", options, (workspace) => restoreFiles(workspace, paths, options)),
    export: (options) =>
      changing("export", options, async (workspace) => {
        await using ports = outsidePorts();
        // Awaited here: what is staged goes when the work is done.
        return await exportWorkspace(context, workspace, ports, options);
      }),
    verify: (options = {}) => reading(options, (workspace) => verifyWorkspace(context, workspace, options)),
    gc: (options = {}) => changing("gc", options, (workspace) => gc(workspace, options)),
    gcStore: (name, options) =>
      reading(options, async (workspace) =>
        gcStore(context, name, await knownStore(context, workspace, name, options.signal), options),
      ),
    gcUploads: (names, options = {}) =>
      reading(options, async (workspace) => {
        const reports: GcUploadsReport[] = [];
        for (const [name, description] of await namedStores(context, workspace, names, options.signal))
          reports.push(await gcUploads(context, name, description, options));
        return reports;
      }),
    stores: (options = {}) => reading(options, (workspace) => workspaceStores(context, workspace, options)),
    explainStorage: (options = {}) =>
      reading(options, (workspace) => explainStorage(context, workspace, options)),
    checkStores: (names, options = {}) =>
      reading(options, (workspace) => checkStores(context, workspace, names, options)),
    migrateStorage: (options = {}) =>
      changing("storage migrate", options, (workspace) => migrateStorage(context, workspace, options)),
    doctor: (options = {}) => doctor(root, options),
  };
}
