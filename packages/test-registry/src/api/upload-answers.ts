import { type Answer, emptyAnswer, errorAnswer } from "../answer.js";
import type { UploadSession } from "../store/upload-session.js";
import type { RegistryContext } from "./context.js";

/** Path below which a proxy seems to hide the registry, under the quirk `location: "prefixed"`. */
export const proxyPrefix = "/prefix";

/** Where the client goes on with a session. */
function uploadLocation(context: RegistryContext, session: UploadSession): string {
  const { location, locationState } = context.quirks();
  const query = locationState ? `?_state=${session.state}` : "";
  const path = `/v2/${session.repository}/blobs/uploads/${session.id}${query}`;
  if (location === "absolute") return context.origins.registry + path;
  if (location === "other-host") return context.origins.second + path;
  return location === "prefixed" ? proxyPrefix + path : path;
}

/** Location, Range and the session's name. A session without bytes says `0-0`, as distribution does. */
export function sessionHeaders(context: RegistryContext, session: UploadSession): Record<string, string> {
  return {
    location: uploadLocation(context, session),
    range: `0-${Math.max(0, session.sink.size() - 1)}`,
    "docker-upload-uuid": session.id,
  };
}

/** 202 for a new session, with the chunk sizes that the registry wants. */
export function sessionOpened(context: RegistryContext, session: UploadSession): Answer {
  const { chunkMinBytes, chunkMaxBytes } = context.quirks();
  return emptyAnswer(202, {
    ...sessionHeaders(context, session),
    ...(chunkMinBytes === undefined ? {} : { "oci-chunk-min-length": String(chunkMinBytes) }),
    ...(chunkMaxBytes === undefined ? {} : { "oci-chunk-max-length": String(chunkMaxBytes) }),
  });
}

/** 416 with what the session has, so that the client can go on from there. */
export function rangeRefused(context: RegistryContext, session: UploadSession, message: string): Answer {
  return errorAnswer(416, "BLOB_UPLOAD_INVALID", message, sessionHeaders(context, session));
}

export function blobCreated(context: RegistryContext, repository: string, digest: string): Answer {
  const { closingWithoutLocation, digestHeader } = context.quirks();
  return emptyAnswer(201, {
    ...(closingWithoutLocation ? {} : { location: `/v2/${repository}/blobs/${digest}` }),
    ...(digestHeader === "absent" ? {} : { "docker-content-digest": digest }),
  });
}

export function unknownUpload(): Answer {
  return errorAnswer(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
}
