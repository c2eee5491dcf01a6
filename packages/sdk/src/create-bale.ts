import { findWorkspace, initWorkspace } from "@bale/workspace";
import { exportReferences } from "./archive/export-references.js";
import { importArchive } from "./archive/import-archive.js";
import type { Bale } from "./bale.js";
import { createClientContext } from "./client/client-context.js";
import type { ClientOptions } from "./client/client-options.js";
import { outsidePorts } from "./client/outside-ports.js";
import { workspaceClient } from "./client/workspace-client.js";
import { cat } from "./look/cat.js";
import { diffReferences } from "./look/diff.js";
import { iterateLog, iterateTags, log, manifest, tags } from "./look/history.js";
import { iterateFiles, list } from "./look/list.js";
import { openReference } from "./look/open-reference.js";
import { roles } from "./look/roles.js";
import { show } from "./look/show.js";
import { copy } from "./registry/copy.js";
import { examineRegistry } from "./registry/examine-registry.js";
import { listRepositories } from "./registry/list-repositories.js";
import { ping } from "./registry/ping.js";
import { repack } from "./registry/repack.js";
import { tag, untag } from "./registry/tag.js";
import { listStores } from "./storage/list-stores.js";
import { ensure } from "./trust/ensure.js";
import { verifyReference } from "./trust/verify.js";
import { verifyFolder } from "./trust/verify-folder.js";
import { clone } from "./working-tree/clone.js";

/**
 * Opens a client. Its plugins decide what it can reach; it prints nothing, reads no environment and never exits.
 * Close it, or let `await using` do so: that removes temporary files.
 *
 * @example
 * await using http = createHttpClient();
 * await using bale = createBale({ plugins: [oci()], http });
 * await bale.ensure("ghcr.io/acme/models/malaria:v3", { directory: "/srv/model", signal: AbortSignal.timeout(60_000) });
 *
 * @throws BaleError `PLUGIN_INVALID` for a plugin that is none
 */
export function createBale(options: ClientOptions): Bale {
  const context = createClientContext(options);
  const ports = outsidePorts();
  let closing: Promise<void> | undefined;
  async function dispose(): Promise<void> {
    await context[Symbol.asyncDispose]();
    await ports[Symbol.asyncDispose]();
  }
  const close = (): Promise<void> => {
    closing ??= dispose();
    return closing;
  };
  return {
    init: (init) =>
      initWorkspace({
        directory: init.directory,
        ref: init.reference,
        artifactType: init.artifactType,
        defaultRegistry: options.user?.defaultRegistry,
      }),
    clone: (call) => clone(context, call),
    workspace: async (directory) => workspaceClient(context, await findWorkspace(directory)),
    ensure: (reference, call) => ensure(context, reference, ports, call),
    diff: (call) => diffReferences(context, ports, call),
    ls: (reference, call) => list(context, reference, ports, call),
    iterateFiles: (reference, call) => iterateFiles(context, reference, ports, call),
    show: (reference, call) => show(context, reference, ports, call),
    cat: (reference, call) => cat(context, reference, ports, call),
    manifest: (reference, call) => manifest(context, reference, ports, call),
    tags: (reference, call) => tags(context, reference, call),
    iterateTags: (reference, call) => iterateTags(context, reference, call),
    roles: (reference, call) => roles(context, reference, ports, call),
    stores: async (reference, call) =>
      listStores(context, await openReference(context, reference, ports, call ?? {}), undefined, call),
    log: (reference, call) => log(context, reference, ports, call),
    iterateLog: (reference, call) => iterateLog(context, reference, ports, call),
    verify: (call) => verifyReference(context, ports, call),
    verifyFolder: (directory, call) => verifyFolder(context, ports, directory, call),
    copy: (source, destination, call) => copy(context, source, destination, ports, call),
    export: (references, call) => exportReferences(context, references, ports, call),
    import: (archive, destination, call) => importArchive(context, archive, destination, ports, call),
    repack: (reference, call) => repack(context, reference, call),
    tag: (reference, name, call) => tag(context, reference, name, ports, call),
    untag: (reference, call) => untag(context, reference, call),
    ping: (host, call) => ping(context, host, call),
    repositories: (namespace, call) => listRepositories(context, namespace, call),
    examineRegistry: (reference, call) => examineRegistry(context, reference, call),
    close,
    [Symbol.asyncDispose]: close,
  };
}
