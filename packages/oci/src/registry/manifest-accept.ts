import { MEDIA_TYPES } from "@bale/spec";

/**
 * Sent with every manifest request: distribution 2.8 and 3 answer 404 to a HEAD without it, Quay a schema 1 document.
 * Encodings are refused, since a digest is over the bytes as stored.
 */
export const MANIFEST_HEADERS: Readonly<Record<string, string>> = {
  accept: [
    MEDIA_TYPES.manifest,
    MEDIA_TYPES.imageIndex,
    MEDIA_TYPES.dockerManifest,
    MEDIA_TYPES.dockerManifestList,
    "*/*;q=0.1",
  ].join(", "),
  "accept-encoding": "identity",
};
