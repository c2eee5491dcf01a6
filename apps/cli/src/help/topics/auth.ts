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
        "for one host: ghcr.io is GHCR_IO, localhost:5000 is LOCALHOST_5000, my-host.example is MY__HOST_EXAMPLE: a hyphen is two underscores. BALE_TOKEN_HOST alone is sent as it is; with a user name it is a password",
      ],
      [
        "BALE_USERNAME, BALE_PASSWORD, BALE_TOKEN",
        "the same for the registry that the command line names, or the upstream that you pushed to or pulled from; never for one that only bale.yaml names",
      ],
      [
        "credentials below registries",
        "in your configuration, for a registry or a namespace of it: `anonymous`, or `{ source: docker }`, environment, github, gh, or a plugin's source. That one alone answers; see `bale help config`",
      ],
      [
        "--registry-config FILE",
        "a file in Docker's form, with its credential helpers; it comes before the next ones",
      ],
      [
        "docker and podman",
        "$REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json or ~/.docker/config.json, containers/auth.json: what `bale login`, `docker login` and `podman login` have stored, with helpers. The longest part of a name wins: ghcr.io/acme before ghcr.io",
      ],
      ["GITHUB_TOKEN", "for ghcr.io, as workflows have it"],
      [
        "gh",
        "for ghcr.io, where GitHub's command line is installed and signed in. It needs `gh auth refresh --scopes write:packages`",
      ],
      [
        "plugins",
        "Amazon's, Azure's and Google's registries, with what their own programs have; and your plugins",
      ],
    ],
  },
  {
    text: "A source that should answer and cannot, such as a credential helper that is missing or fails, is an error that names it. No other source is asked in its place.",
  },
  { sample: "bale login ghcr.io" },
  {
    text: "asks for user name and password, shows them to the registry, and stores what it accepts: with the credential helper that Docker's configuration names, else unencrypted in that file. An identity token (`bale login HOST --identity-token-stdin`) is stored as such. `bale logout HOST` removes what is stored, and lists who would still be signed in.",
  },
  { sample: 'printf %s "$TOKEN" | bale push ghcr.io/acme/app:v1 --username alice --password-stdin' },
  {
    text: "There is no flag that takes a password: command lines can be read by everybody on a machine. A credential goes to the origin that it is for, and nowhere else: not to the target of a redirect, not to a token service over plain http. No message, log or --debug output shows one.",
  },
  {
    text: "`bale copy` takes --from-username, --from-password-stdin and so on for its source. `bale registry ping HOST` tells as whom a registry lets you in, and where that comes from.",
  },
];
