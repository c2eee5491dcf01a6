import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import { BaleError, type Reference } from "@bale/spec";
import { initWorkspace, openWorkspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { pull } from "../pull/pull.js";
import type { PullCommandOptions, PullResult } from "../pull/pull-options.js";
import { lookUp, type RemoteState, requireDigest } from "../remote/remote-tree.js";
import type { CloneOptions } from "./work-types.js";

function nameFor(reference: Reference): string {
  if (reference.kind === "registry") return basename(reference.repository);
  return basename(reference.kind === "layout" ? reference.directory : reference.file).replace(
    /\.(?:tar|tar\.gz|tgz)$/,
    "",
  );
}

/** An empty folder may be there; anything else is not touched. */
function refuseFull(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new BaleError({
      code: "WOULD_OVERWRITE",
      message: `${directory} exists and is not empty`,
      fix: "name another directory, or run `bale init` and `bale pull REF` there",
      context: { path: directory },
    });
}

/** A workspace from what was looked up, in a folder that is absent or empty. One that fails leaves nothing that it made. */
export async function cloneFound(
  context: ClientContext,
  found: RemoteState,
  directory: string,
  options: PullCommandOptions,
): Promise<PullResult & { readonly directory: string }> {
  refuseFull(directory);
  const existed = existsSync(directory);
  await initWorkspace({ directory, templates: false });
  try {
    await using workspace = await openWorkspace(directory, {
      lock: { command: "clone", timeoutMs: context.options.lockTimeoutMs },
      fsync: context.options.fsync,
      signal: options.signal,
    });
    const result = await pull(context, workspace, options, found);
    return { ...result, directory };
  } catch (error) {
    for (const name of existsSync(directory) ? readdirSync(directory) : [])
      rmSync(resolve(directory, name), { recursive: true, force: true });
    if (!existed) rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** `bale clone REF [DIR]`: a workspace from a bundle. A clone that fails leaves nothing that it made. */
export async function clone(
  context: ClientContext,
  options: CloneOptions,
): Promise<PullResult & { readonly directory: string }> {
  const reference = context.parse(options.reference);
  const directory = resolve(options.cwd, options.directory ?? nameFor(reference));
  refuseFull(directory);
  // Looked up before anything is made: a reference that does not exist leaves no folder behind.
  const found = requireDigest(await lookUp(context, reference, options));
  return cloneFound(context, found, directory, options);
}
