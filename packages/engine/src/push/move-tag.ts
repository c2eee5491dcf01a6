import { BaleError, type RawManifest, type TagUpdate } from "@bale/spec";
import type { PushPorts, TagMove } from "./push-request.js";

/** Moves a tag that has been compared, or says who was faster. @throws BaleError `TAG_MOVED` */
export async function moveTag(
  move: TagMove,
  raw: RawManifest,
  ports: Pick<PushPorts, "remote">,
  signal: AbortSignal | undefined,
): Promise<TagUpdate> {
  const update = await ports.remote.moveTag(move.tag, raw, { expect: move.expect, signal });
  if (update.outcome !== "rejected") return update;
  const { registry, repository } = ports.remote;
  throw new BaleError({
    code: "TAG_MOVED",
    message: `push refused: tag ${move.tag} moved while pushing`,
    why: `${registry}/${repository}:${move.tag} is now ${update.actual ?? "absent"} (${move.expect === "absent" ? "there was none" : `was ${move.expect}`} when this push began)`,
    fix: "run `bale pull`, then push again; or --force to replace it",
    context: {
      tag: move.tag,
      expected: move.expect,
      actual: update.actual ?? "absent",
      manifest: raw.digest,
    },
  });
}
