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
      ["plugins", "packages of plugins that the project asks for; see `bale help plugins`"],
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
      ["registries.WHERE.MEMBER", "how a registry, or a namespace of it, is reached; see below"],
      ["plugins", "packages or files of plugins to load; see `bale help plugins`"],
      ["registryConfig", "a file of credentials in Docker's form"],
      ["caFile", "PEM certificates to trust everywhere"],
      ["concurrency", "transfers at once"],
      ["retries", "how often a failed request is repeated"],
      ["timeout, lockTimeout", "times such as 30s"],
      ["fsync", "auto, always or never"],
      ["progress, color", "as the flags of these names"],
    ],
  },
  {
    text: "In registries, WHERE is a host, or a host and a namespace: ghcr.io, localhost:5000, ghcr.io/acme, ghcr.io/acme/models. For a repository the settings of all that are prefixes of its name, at the end of a segment, count together: member by member, the longest that says something decides. Tokens and what a redirect leads to are asked for with the settings of the host alone.",
  },
  {
    rows: [
      ["plainHttp", "http instead of https; of a host only"],
      ["insecure", "do not verify the TLS certificate there"],
      ["caFile", "PEM certificates to trust there, beside the usual ones"],
      ["certFile, keyFile", "a client certificate and its key; other namespaces never see its connections"],
      ["credentials", "anonymous, or { source: docker }: a source by name, with members of its own"],
      [
        "mirrors",
        "registries that are read first: [mirror.example:5000, { at: mirror.example/hub, tags: true }]",
      ],
      ["rateLimit", "requests for a time: 10/s, 600/m, 100/6h"],
      ["concurrency", "most connections at once"],
      ["envelope", "native or compatible: the shape of manifests there"],
      ["chunkSize", "size of the pieces of an upload"],
    ],
  },
  {
    sample:
      "registries:\n  ghcr.io: { rateLimit: 600/m }\n  ghcr.io/acme: { mirrors: [mirror.acme.example/ghcr], credentials: { source: gh } }\n  registry.acme.example: { caFile: /etc/acme/ca.pem }",
  },
  {
    text: "What a registry can do and cannot is known of hosted ones. Of any other, and of one behind a proxy, `bale registry doctor REF` finds it out: it tries uploads, chunks, ranges, manifests, referrers and deletions in a scratch tag, which it removes, and ends in a verdict. What transfers have to know is kept in $XDG_STATE_HOME/bale/registries or ~/.local/state/bale/registries, one file for each registry, until the next examination; it comes before what is built in, and after envelope and chunkSize here. Removing the file forgets it.",
  },
  {
    text: "A mirror is asked in the order of the list for what a digest names, and the registry when no mirror has it; a prefix stands before the repository's name there. All of it is checked against its digest. A mirror that fails, is slow or serves wrong bytes is not asked again by the same command. Tags are looked up at the registry itself, unless the mirror has tags: true. Nothing is ever written to a mirror, and it gets its own host's credentials, never the registry's.",
  },
  {
    text: "Certificates for a host are also read from docker's and podman's folders, where your file names none: ~/.config/containers/certs.d/HOST:PORT, then the same below ~/.config/docker, ~/.docker, /etc/containers and /etc/docker. NAME.crt is an authority, NAME.cert with NAME.key a client certificate.",
  },
  { text: "1MB is 10^6 bytes, 1MiB is 2^20." },
];
