import { BaleError, type Digest, type Reference } from "@bale/spec";
import { LATEST, nameOf, type RemoteState, tagOf } from "../remote/remote-tree.js";

/** A repository that refuses every request: what is cached is read, and nothing else. */
export function offlineState(reference: Reference, digest: Digest): RemoteState {
  const refuse = async (): Promise<never> => {
    throw new BaleError({ code: "OFFLINE", message: "this needs a request" });
  };
  const refusing = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  const locate = () => "offline:" as ReturnType<RemoteState["repository"]["blobs"]["locate"]>;
  const repository: RemoteState["repository"] = {
    registry: reference.kind === "registry" ? reference.registry : "oci",
    repository: reference.kind === "registry" ? reference.repository : "",
    limits: { manifestBytes: 0, manifestLayers: 0 },
    resolve: refuse,
    getManifest: refuse,
    putManifest: refuse,
    moveTag: refuse,
    deleteTag: refuse,
    listTags: refusing,
    listReferrers: refusing,
    ping: refuse,
    blobs: {
      scheme: "offline",
      limits: {},
      verifiesDigest: false,
      locate,
      stat: refuse,
      read: refusing,
      write: refuse,
      classify: () => undefined,
      [Symbol.asyncDispose]: async () => {},
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { reference, name: nameOf(reference), repository, tag: tagOf(reference) ?? LATEST, digest };
}
