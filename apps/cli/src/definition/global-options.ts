import type { OptionDefinition } from "./command-definition.js";

/** Options of every command. They may stand before the command, too. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  { flags: "-C <dir>", kind: "list", help: "work as if started in DIR; several add up" },
  { flags: "--json", kind: "flag", help: "print exactly one JSON document on stdout" },
  { flags: "-q, --quiet", kind: "flag", help: "results and errors only" },
  { flags: "-v, --verbose", kind: "count", help: "say more on stderr; -vv says most" },
  { flags: "--debug", kind: "flag", help: "print stacks and causes of errors, without secrets" },
  {
    flags: "--progress <mode>",
    kind: "text",
    choices: ["auto", "tty", "plain", "json", "none"],
    help: "how progress is shown on stderr",
  },
  {
    flags: "--color <when>",
    kind: "text",
    choices: ["auto", "always", "never"],
    help: "whether text has colour",
  },
  { flags: "-n, --dry-run", kind: "flag", help: "say what would be done, and do nothing" },
  { flags: "-y, --yes", kind: "flag", help: "answer yes to every question" },
  { flags: "--lock-timeout <time>", kind: "duration", help: "how long to wait for another process (60s)" },
  { flags: "--offline", kind: "flag", help: "make no request" },
  { flags: "--plugin <name>", kind: "list", help: "load this package or ./file as well; may be repeated" },
  { flags: "--no-plugins", kind: "flag", help: "load no plugin but those that are built in" },
];

/** Options of every command that talks to registries. */
export const REMOTE_OPTIONS: readonly OptionDefinition[] = [
  { flags: "-u, --username <name>", kind: "text", help: "user name at the registry that is named" },
  { flags: "--password-stdin", kind: "flag", help: "read the password or token from stdin" },
  { flags: "--identity-token-stdin", kind: "flag", help: "read an identity token from stdin" },
  { flags: "--registry-config <file>", kind: "text", help: "credentials from this file, in Docker's form" },
  { flags: "--plain-http", kind: "flag", help: "http instead of https at the registry that is named" },
  { flags: "--insecure", kind: "flag", help: "do not verify that registry's TLS certificate" },
  { flags: "--ca-file <file>", kind: "text", help: "PEM certificates to trust beside the usual roots" },
  { flags: "--cert-file <file>", kind: "text", help: "PEM client certificate" },
  { flags: "--key-file <file>", kind: "text", help: "PEM key of the client certificate" },
  { flags: "--concurrency <n>", kind: "number", min: 1, max: 1024, help: "transfers at once (6 down, 4 up)" },
  { flags: "--timeout <time>", kind: "duration", help: "longest silence of a server (60s)" },
  {
    flags: "--retries <n>",
    kind: "number",
    min: 0,
    max: 100,
    help: "how often a failed request is repeated (4)",
  },
];

/** Options by which the layers and paths of a bundle are chosen. */
export const SELECT_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--role <role>",
    kind: "list",
    help: "files of this role; may be repeated; `all` lifts a remembered one",
  },
  { flags: "--layer <layer>", kind: "list", help: "files of this layer; may be repeated" },
  { flags: "--path <glob>", kind: "list", help: "files whose whole path matches; may be repeated" },
  {
    flags: "--platform <platform>",
    kind: "text",
    help: "which manifest of an image index: os/arch[/variant]",
  },
];
