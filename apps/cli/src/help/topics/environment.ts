import type { TopicPart } from "../topic-page.js";

export const environmentTopic: readonly TopicPart[] = [
  { text: "A flag beats a variable, a variable beats every file." },
  {
    rows: [
      ["BALE_USERNAME, BALE_PASSWORD, BALE_TOKEN", "credentials; see `bale help auth`"],
      ["BALE_REGISTRY_CONFIG", "a file of credentials, like --registry-config"],
      ["BALE_DEFAULT_REGISTRY", "completes short names, like defaultRegistry"],
      ["BALE_CA_FILE", "PEM certificates to trust, like --ca-file"],
      ["BALE_CONCURRENCY, BALE_RETRIES, BALE_TIMEOUT, BALE_LOCK_TIMEOUT", "as the flags of these names"],
      ["BALE_FSYNC", "auto, always or never"],
      ["BALE_OFFLINE", "1: make no request"],
      ["BALE_NO_PLUGINS", "1: load no plugin but those that are built in"],
      ["BALE_PROGRESS, BALE_COLOR", "as --progress and --color"],
      ["BALE_DEBUG", "1: print stacks of errors"],
      ["NO_COLOR, FORCE_COLOR, TERM", "whether text has colour; --color beats them"],
      ["CI", "set: plain progress, no questions"],
      [
        "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY",
        "proxies, in upper or lower case: http://proxy.example:3128, with user and password before the host if it wants them",
      ],
      [
        "NO_PROXY",
        "who is reached without one: hosts with their subdomains, .suffixes, host:port, addresses, blocks such as 10.0.0.0/8, or *; localhost always is",
      ],
      [
        "SSL_CERT_FILE, SSL_CERT_DIR",
        "PEM certificates to trust instead of the built-in ones; --ca-file and caFile add to them",
      ],
      ["NODE_EXTRA_CA_CERTS", "PEM certificates that are trusted everywhere, beside all others"],
      ["XDG_CONFIG_HOME", "where bale/config.yaml is; default ~/.config"],
      ["XDG_DATA_HOME", "where bale/plugins is; default ~/.local/share"],
      [
        "XDG_STATE_HOME",
        "where bale/registries is, what was found out of registries; default ~/.local/state",
      ],
      ["GITHUB_TOKEN", "credentials for ghcr.io"],
    ],
  },
];
