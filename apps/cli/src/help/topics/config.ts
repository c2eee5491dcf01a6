import type { TopicPart } from "../topic-page.js";

export const configTopic: readonly TopicPart[] = [
  {
    text: "The first of these that speaks decides: a flag, a BALE_* variable, bale.yaml (the nearest upward), your config.yaml, /etc/bale/config.yaml, the default. `bale config list --show-origin` shows what decided each value; `bale config set` writes a key where it belongs.",
  },
  { text: "Keys of bale.yaml, which is part of the bundle:" },
  {
    rows: [
      ["ref", "the first upstream: ghcr.io/acme/models/malaria:v1"],
      ["artifactType", "media type that names what is in the bundle; artifact_type is accepted"],
      ["layers.NAME", "globs of the files in that layer; the first match in the file's order counts"],
      ["roles.NAME", "layers that the role needs"],
      ["defaultRole", "the role of a pull that names none"],
      ["storage.stores.NAME", "a store: its type and the members of that type"],
      ["storage.rules", "which files go to which store; see `bale help storage`"],
      ["pack.smallerThan", "files below this size share packs (1MiB)"],
      ["pack.target", "size of a pack to aim at (32MiB)"],
      ["pack.compression", "gzip, or none"],
      ["pack.exact", "whether every push is exact, so that other tools can recreate the files"],
      ["annotations.KEY", "an annotation of every manifest"],
    ],
  },
  {
    sample:
      'ref: ghcr.io/acme/models/malaria\nlayers: { code: ["src/**", "*.py"], config: ["configs/**"], data: ["data/**"] }\nroles: { runtime: [code, config], training: [code, config, data] }\ndefaultRole: runtime\npack: { smallerThan: 1MiB, target: 32MiB, compression: gzip }',
  },
  {
    text: "Keys of your own file, $XDG_CONFIG_HOME/bale/config.yaml or ~/.config/bale/config.yaml. Only your files may set what touches your security; a bale.yaml from elsewhere cannot.",
  },
  {
    rows: [
      ["defaultRegistry", "host, or host and namespace, that completes short names: ghcr.io/acme"],
      ["trustedStores", "stores that a bundle may lead to, line by line as a refusal prints them"],
      ["stores", "strict: every external store needs such a line"],
      ["registries.HOST.plainHttp", "http instead of https there"],
      ["registries.HOST.insecure", "do not verify the TLS certificate there"],
      [
        "registries.HOST.caFile",
        "PEM certificates to trust there; also certFile and keyFile for a client certificate",
      ],
      ["registries.HOST.envelope", "native or compatible: the shape of manifests there"],
      ["registries.HOST.chunkSize", "size of the pieces of an upload"],
      ["registries.HOST.concurrency", "most requests at once"],
      ["plugins", "packages or files to load"],
      ["registryConfig", "a file of credentials in Docker's form"],
      ["caFile", "PEM certificates to trust everywhere"],
      ["concurrency", "transfers at once"],
      ["retries", "how often a failed request is repeated"],
      ["timeout, lockTimeout", "times such as 30s"],
      ["fsync", "auto, always or never"],
      ["progress, color", "as the flags of these names"],
    ],
  },
  { text: "1MB is 10^6 bytes, 1MiB is 2^20." },
];
