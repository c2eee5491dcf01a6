import { amount, either, flag, list, object, oneOf, type Schema, text, time } from "./schema.js";

const storedIn = either(
  object({ kind: oneOf("helper"), helper: text }),
  object({ kind: oneOf("file"), path: text }),
);

/** Documents of commands about a registry as a whole. */
export const REGISTRY_DOCUMENTS: Readonly<Record<string, Schema>> = {
  login: object(
    {
      host: text,
      kind: oneOf("password", "identity-token"),
      checked: flag,
      stored: storedIn,
      encrypted: flag,
    },
    { namespace: text, username: text, comesFirst: text },
  ),
  logout: object(
    {
      host: text,
      removed: list(storedIn),
      remaining: list(text),
      failures: list(text),
      namespaces: list(object({ path: text, namespace: text })),
    },
    { namespace: text },
  ),
  "registry ping": object(
    {
      host: text,
      verdict: oneOf("ready", "refused", "unreachable", "no-registry"),
      reachable: flag,
      authenticated: flag,
      latencyMs: amount,
    },
    {
      origin: text,
      warmLatencyMs: amount,
      apiVersion: text,
      asks: oneOf("nothing", "basic", "token", "other"),
      tokenService: text,
      identity: text,
      tls: object(
        {
          protocol: text,
          subject: text,
          issuer: text,
          validTo: time,
          trustedBy: oneOf("bundled", "system", "extra", "named", "nobody"),
        },
        { problem: text },
      ),
      failure: object({ code: text, message: text }, { why: text, fix: text }),
    },
  ),
  "registry ls": object({ registry: text, repositories: list(text) }, { namespace: text }),
};
