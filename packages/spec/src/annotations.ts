/** The annotation keys that bale writes or obeys. */
export const ANNOTATIONS = {
  title: "org.opencontainers.image.title",
  version: "org.opencontainers.image.version",
  created: "org.opencontainers.image.created",
  refName: "org.opencontainers.image.ref.name",
  layer: "dev.bale.layer",
  content: "dev.bale.content",
  parent: "dev.bale.parent",
  tree: "dev.bale.tree",
  artifactType: "dev.bale.artifact-type",
  unpack: "io.deis.oras.content.unpack",
  unpackDigest: "io.deis.oras.content.digest",
} as const;
