import type { TopicPart } from "../topic-page.js";

export const pluginsTopic: readonly TopicPart[] = [
  {
    text: "Remotes, stores and sources of credentials are plugins: plain objects that say what they contribute, so that they can be listed, checked and refused before any of their code runs. These are built in:",
  },
  {
    rows: [
      ["@bale/oci", "registries, and OCI image layouts on disk"],
      ["@bale/storage-fs", "stores of type fs: a folder or a mounted share"],
      ["@bale/storage-oci", "stores of type oci: the blobs of another repository"],
      ["@bale/auth", "credentials from the environment, GITHUB_TOKEN, anonymous access"],
      ["@bale/auth-docker", "credentials of docker and podman, with their helpers"],
    ],
  },
  {
    text: "The contract is in @bale/spec, a suite that tests an implementation in @bale/conformance. A program that uses @bale/sdk hands its plugins to createBale. Neither a bale.yaml nor a bundle can load code.",
  },
];
