import { type Answer, connectionCut, errorAnswer, jsonAnswer } from "../answer.js";
import { isRepositoryName, type Route } from "../route.js";
import { deleteBlob } from "./blob-delete.js";
import { readBlob } from "./blob-read.js";
import type { Call, RegistryContext } from "./context.js";
import { listRepositories, listTags } from "./listing.js";
import { deleteManifest } from "./manifest-delete.js";
import { readManifest } from "./manifest-read.js";
import { writeManifest } from "./manifest-write.js";
import { listReferrers } from "./referrers.js";
import { finishUpload } from "./upload-close.js";
import { cancelUpload, patchUpload, uploadStatus } from "./upload-sessions.js";
import { startUpload } from "./upload-start.js";

/** Carries out one request of the API. */
export async function dispatch(context: RegistryContext, call: Call, route: Route): Promise<Answer> {
  const reads = call.method === "GET" || call.method === "HEAD";
  if ("repository" in route) {
    if (!isRepositoryName(route.repository))
      return errorAnswer(400, "NAME_INVALID", "invalid repository name");
    const refusal = reads ? undefined : refuseWrite(context, call, route.repository);
    if (refusal !== undefined) return refusal;
  }
  switch (route.kind) {
    case "ping":
      return reads ? jsonAnswer(200, {}) : notAllowed();
    case "catalog":
      return reads ? listRepositories(context, call) : notAllowed();
    case "tags":
      return reads ? listTags(context, call, route.repository) : notAllowed();
    case "referrers":
      return reads ? listReferrers(context, call, route.repository, route.digest) : notAllowed();
    case "manifest":
      if (reads) return readManifest(context, call, route.repository, route.reference);
      if (call.method === "PUT") return writeManifest(context, call, route.repository, route.reference);
      if (call.method === "DELETE") return deleteManifest(context, route.repository, route.reference);
      return notAllowed();
    case "blob":
      if (reads) return readBlob(context, call, route.repository, route.digest);
      if (call.method === "DELETE") return deleteBlob(context, route.repository, route.digest);
      return notAllowed();
    case "uploads":
      return call.method === "POST" ? startUpload(context, call, route.repository) : notAllowed();
    case "upload":
      if (call.method === "GET") return uploadStatus(context, route.repository, route.session);
      if (call.method === "PATCH") return patchUpload(context, call, route.repository, route.session);
      if (call.method === "PUT") return finishUpload(context, call, route.repository, route.session);
      if (call.method === "DELETE") return cancelUpload(context, route.repository, route.session);
      return notAllowed();
  }
}

function refuseWrite(context: RegistryContext, call: Call, repository: string): Answer | undefined {
  const { readOnly, unknownRepositoryPush } = context.quirks();
  if (readOnly) return errorAnswer(405, "UNSUPPORTED", "the registry is read-only");
  const unknown = !context.store.repositories().includes(repository);
  if (call.method === "DELETE" || !unknown || unknownRepositoryPush === "created") return undefined;
  if (unknownRepositoryPush === "connection-cut") return connectionCut;
  return errorAnswer(404, "NAME_UNKNOWN", "the repository does not exist");
}

function notAllowed(): Answer {
  return errorAnswer(405, "UNSUPPORTED", "method not allowed");
}
