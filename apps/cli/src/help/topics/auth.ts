import type { TopicPart } from "../topic-page.js";

export const authTopic: readonly TopicPart[] = [
  { text: "A registry that wants credentials is asked again with those of the first source that knows it:" },
  {
    rows: [
      [
        "--username NAME --password-stdin",
        "a password or token from a pipe; for the registry that the command line names, else the upstream's",
      ],
      ["--identity-token-stdin", "an identity token from a pipe"],
      [
        "BALE_USERNAME_HOST, BALE_PASSWORD_HOST",
        "for one host: ghcr.io is GHCR_IO, localhost:5000 is LOCALHOST_5000. BALE_TOKEN_HOST alone is sent as it is; with a user name it is a password",
      ],
      [
        "BALE_USERNAME, BALE_PASSWORD, BALE_TOKEN",
        "the same for the registry that the command line names, or the upstream that you pushed to or pulled from; never for one that only bale.yaml names",
      ],
      [
        "--registry-config FILE",
        "a file in Docker's form, with its credential helpers; it comes before the next ones",
      ],
      [
        "docker and podman",
        "$REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json or ~/.docker/config.json, containers/auth.json: what `docker login` and `podman login` have stored, with helpers",
      ],
      ["GITHUB_TOKEN", "for ghcr.io, as workflows have it"],
    ],
  },
  { sample: 'printf %s "$TOKEN" | bale push ghcr.io/acme/app:v1 --username alice --password-stdin' },
  {
    text: "There is no flag that takes a password: command lines can be read by everybody on a machine. A credential goes to the origin that it is for, and nowhere else: not to the target of a redirect, not to a token service over plain http. No message, log or --debug output shows one.",
  },
  {
    text: "`bale copy` takes --from-username, --from-password-stdin and so on for its source. `bale registry ping HOST` tells whether credentials work.",
  },
];
