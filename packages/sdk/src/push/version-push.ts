import {
  type AutoStep,
  autoStep,
  highestVersion,
  nextVersion,
  type VersionShape,
  type VersionStep,
  type VersionTag,
} from "@bale/core";
import { BaleError, formatReference, parseTag, type Reference, type Tag } from "@bale/spec";
import type { Workspace } from "@bale/workspace";
import type { ClientContext } from "../client/client-context.js";
import { upstreamOf } from "../client/upstream.js";
import { type PreparedPush, preparePush } from "./prepare-push.js";
import type { PushCommandOptions } from "./push-options.js";

/** What a version push is compared with. */
interface VersionBase {
  /** The highest version; where there is none, the reference that was asked for. */
  readonly reference: Reference;
  readonly highest: VersionTag | undefined;
}
/** A prepared push, and what it makes. */
export interface VersionedPush extends PreparedPush {
  /** Only where a version is asked for. */
  readonly version: PushedVersion | undefined;
  /** Registry, repository and the tag that is pushed. */
  readonly name: string;
}
/** The version that a push makes. */
export interface PushedVersion {
  readonly tag: Tag;
  readonly previous: Tag | undefined;
  readonly step: VersionStep;
  /** What decided the step. */
  readonly reason: string;
}

function refuseTag(reference: Reference, named: string | undefined): void {
  if (named === undefined || reference.kind === "archive") return;
  if (reference.tag === undefined && reference.digest === undefined) return;
  throw new BaleError({
    code: "USAGE",
    message: `--bump chooses the tag, and the reference has one: ${named}`,
    why: "the new version is made from the highest one that the repository has",
    fix: "name the repository alone; further tags are given with --tag",
  });
}

async function existingTags(
  context: ClientContext,
  reference: Reference,
  signal: AbortSignal | undefined,
): Promise<readonly Tag[]> {
  const repository = await context.openRemote(reference);
  const tags: Tag[] = [];
  try {
    for await (const tag of repository.listTags({ signal })) tags.push(tag);
  } catch (error) {
    // A repository comes to be with its first push.
    if (!BaleError.is(error) || error.kind !== "not-found") throw error;
  }
  return tags;
}

/**
 * Finds the version that the next one follows. One listing of tags.
 * @throws BaleError `USAGE` for a reference with a tag, and what the registry reports
 */
async function versionBase(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<VersionBase> {
  const reference = upstreamOf(context, workspace, options.reference);
  refuseTag(reference, options.reference);
  const highest = highestVersion(await existingTags(context, reference, options.signal));
  if (!highest || reference.kind === "archive") return { reference, highest };
  return { reference: { ...reference, tag: highest.tag, digest: undefined }, highest };
}

const NOTHING: VersionShape = { layers: new Set(), roles: new Map() };

function chosenStep(prepared: PreparedPush, bump: VersionStep | "auto"): AutoStep {
  if (bump !== "auto") return { step: bump, reason: "asked for" };
  const { current, plan, declared, next } = prepared;
  const there = new Map(prepared.comparison.diff.changes.map(({ path, remote }) => [path, remote]));
  const upserts = [...plan.upserts];
  return autoStep({
    before: current
      ? { layers: new Set(current.bundle.root.layers.keys()), roles: current.bundle.root.roles }
      : NOTHING,
    after: { layers: new Set(next.layers.keys()), roles: declared.roles },
    added: upserts.filter(([path]) => there.get(path) === undefined).map(([path]) => path),
    removed: plan.deletes,
    moved: upserts
      .filter(([path, state]) => {
        const before = there.get(path);
        return before !== undefined && before.layer !== state.layer;
      })
      .map(([path]) => path),
  });
}

/** @throws BaleError `USAGE` */
function versionFor(
  prepared: PreparedPush,
  highest: VersionTag | undefined,
  bump: VersionStep | "auto",
  pre: string | undefined,
): PushedVersion {
  if (!highest)
    return {
      tag: nextVersion(undefined, "minor", pre).tag,
      previous: undefined,
      step: "minor",
      reason: "the repository has no version yet",
    };
  const { step, reason } = chosenStep(prepared, bump);
  return { tag: nextVersion(highest, step, pre).tag, previous: highest.tag, step, reason };
}

/** The pushed repository with another tag, as the user would write it. */
export function withTag({ found }: PreparedPush, tag: string): string {
  const { reference } = found;
  if (reference.kind === "archive") return reference.file;
  return formatReference({ ...reference, tag: parseTag(tag), digest: undefined });
}

// OCI image spec 1.1, "Pre-Defined Annotation Keys".
const VERSION = "org.opencontainers.image.version";

/**
 * A push that is planned, whether to a tag that is named or to the next version: there the highest version takes the place of the remote,
 * so that one which this workspace has not seen refuses the push, and the new tag must not exist.
 * @throws BaleError `USAGE`, and what `preparePush` throws
 */
export async function prepareVersioned(
  context: ClientContext,
  workspace: Workspace,
  options: PushCommandOptions,
): Promise<VersionedPush> {
  const { bump, pre } = options;
  if (bump === undefined) {
    if (pre !== undefined)
      throw new BaleError({
        code: "USAGE",
        message: "--pre says nothing without --bump",
        fix: `write --bump minor --pre ${pre}, for example`,
      });
    const prepared = await preparePush(context, workspace, options);
    return { ...prepared, version: undefined, name: prepared.found.name };
  }
  const { reference, highest } = await versionBase(context, workspace, options);
  const prepared = await preparePush(context, workspace, {
    ...options,
    reference: formatReference(reference),
  });
  const version = versionFor(prepared, highest, bump, pre);
  const { request } = prepared;
  return {
    ...prepared,
    request: {
      ...request,
      annotations: { [VERSION]: version.tag, ...request.annotations },
      tags: [{ tag: version.tag, expect: "absent" }],
    },
    version,
    name: withTag(prepared, version.tag),
  };
}
