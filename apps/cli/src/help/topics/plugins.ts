import type { TopicPart } from "../topic-page.js";

export const pluginsTopic: readonly TopicPart[] = [
  {
    text: "Remotes, stores and sources of credentials are plugins: plain objects that say what they contribute, so that they can be listed, checked and refused before any of their code runs. These are built in; those of clouds are loaded only when one of their stores or registries is used:",
  },
  {
    rows: [
      ["@bale/oci", "registries, and OCI image layouts on disk"],
      ["@bale/storage-fs", "stores of type fs: a folder or a mounted share"],
      ["@bale/storage-oci", "stores of type oci: the blobs of another repository"],
      ["@bale/storage-s3, -azure, -gcs", "stores of types s3, azure and gcs"],
      ["@bale/auth-aws, -azure, -google", "credentials for the registries and stores of these clouds"],
      ["@bale/auth", "credentials from the environment, GITHUB_TOKEN, anonymous access"],
      ["@bale/auth-docker", "credentials of docker and podman, with their helpers"],
    ],
  },
  {
    text: "Others you install in a folder of their own, and name in your config.yaml or for one command:",
  },
  {
    sample:
      "npm install --prefix ~/.local/share/bale/plugins @acme/bale-webdav\nbale config set plugins '[\"@acme/bale-webdav\"]'\nbale push --plugin ./my-store.mjs",
  },
  {
    text: "A package is looked for in these places, and in no other; a file is written as a path, with ./ or /:",
  },
  {
    rows: [
      ["node_modules of the workspace", "unless anything in it came with the bundle"],
      ["beside bale", "what was installed together with it"],
      [
        "the folder for plugins",
        "$XDG_DATA_HOME/bale/plugins, or ~/.local/share/bale/plugins, where `npm install --prefix` puts them",
      ],
    ],
  },
  {
    text: 'Only you can load code. A bale.yaml may ask for plugins (plugins: ["@acme/bale-webdav"]); as long as your configuration does not name them, nothing of them is loaded, and the error for a store that needs one has the line to add. --no-plugins, or BALE_NO_PLUGINS=1, leaves out all that are not built in.',
  },
  {
    text: "`bale plugins ls` says where each plugin is from, what it contributes and who asked for it; `bale plugins doctor` loads and tries them. A plugin that fails is named in the error, shows no secret, and changes nothing of your workspace.",
  },
  {
    text: "The contract is in @bale/spec, suites that test an implementation in @bale/conformance. A program that uses @bale/sdk hands its plugins to createBale.",
  },
];
