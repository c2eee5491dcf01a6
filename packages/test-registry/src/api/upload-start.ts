import { type Answer, errorAnswer } from "../answer.js";
import { parseDigest } from "../digest.js";
import type { Call, RegistryContext } from "./context.js";
import { receiveBytes } from "./receive-bytes.js";
import { blobCreated, sessionOpened } from "./upload-answers.js";
import { closeSession } from "./upload-close.js";

/** POST on `blobs/uploads/`: mounts, takes a whole blob, or opens a session (distribution spec, "Pushing blobs"). */
export async function startUpload(context: RegistryContext, call: Call, repository: string): Promise<Answer> {
  const { searchParams } = call.url;
  const mount = searchParams.get("mount");
  if (mount !== null) return mountBlob(context, repository, mount, searchParams.get("from"));
  const digest = searchParams.get("digest");
  const session = context.sessions.open(repository);
  if (digest === null || context.quirks().singlePostDowngraded) return sessionOpened(context, session);
  if (parseDigest(digest) === undefined) {
    await context.sessions.drop(session, "discarded");
    return errorAnswer(400, "DIGEST_INVALID", "invalid digest");
  }
  const refusal = await receiveBytes(context, call, session, {});
  if (refusal === undefined) return closeSession(context, session, digest);
  await context.sessions.drop(session, "discarded");
  return refusal;
}

function mountBlob(
  context: RegistryContext,
  repository: string,
  digest: string,
  from: string | null,
): Answer {
  const { mount, mountFromAnywhere } = context.quirks();
  if (mount === "denied") return errorAnswer(401, "UNAUTHORIZED", "no access to the source repository");
  const anywhere = from === null && mountFromAnywhere ? context.store.repositories() : [];
  const sources = from === null ? anywhere : [from];
  const blob = sources
    .map((source) => context.store.blob(source, digest))
    .find((found) => found !== undefined);
  if (mount === "declined" || blob === undefined) {
    return sessionOpened(context, context.sessions.open(repository));
  }
  context.store.replaceBlob(repository, digest, blob);
  return blobCreated(context, repository, digest);
}
