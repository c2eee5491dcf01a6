import { type Credential, type CredentialProvider, type Secret, secret } from "@bale/spec";
import { functionOf } from "./bound-function.js";
import type { PluginGuard } from "./plugin-guard.js";
import { memberOf } from "./safe-cause.js";

// A header holds them: a line end would begin another one.
const PRINTABLE = /^[^\r\n\0]*$/;

function secretOf(value: unknown): Secret | undefined {
  const text: unknown = functionOf(value, "reveal")?.();
  return typeof text === "string" && text !== "" && PRINTABLE.test(text) ? secret(text) : undefined;
}

function credentialOf(answer: unknown): Credential | undefined {
  const kind = memberOf(answer, "kind");
  const source = memberOf(answer, "source");
  const expiresAt = memberOf(answer, "expiresAt");
  if (expiresAt !== undefined && !(expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime())))
    return undefined;
  const rest = {
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
    ...(typeof source === "string" ? { source: source.slice(0, 200) } : {}),
  };
  if (kind === "anonymous") return { kind };
  if (kind === "basic") {
    const username = memberOf(answer, "username");
    const password = secretOf(memberOf(answer, "password"));
    return typeof username === "string" && PRINTABLE.test(username) && password
      ? { kind, username, password, ...rest }
      : undefined;
  }
  const token = secretOf(memberOf(answer, "token"));
  return (kind === "bearer" || kind === "identity-token") && token ? { kind, token, ...rest } : undefined;
}

/**
 * A source of credentials as a plugin opened it: it answers with a credential of the right form, nothing, or an error that names the plugin, and in
 * time. Its storage is left out: what a user signs in with is kept where the user's own tools keep it.
 */
export function guardCredentials(guard: PluginGuard, provider: unknown, what: string): CredentialProvider {
  const opening = `opening ${what}`;
  const resolve = guard.now(opening, () => functionOf(provider, "resolve"));
  const id = memberOf(provider, "id");
  if (!resolve || typeof id !== "string" || id === "")
    throw guard.rubbish(opening, "it gave something that is no source of credentials");
  const doing = `asking ${what}`;
  return {
    id,
    resolve: async (request, options) => {
      let answer: unknown;
      try {
        const limit = { doing, limitMs: guard.limits.stallMs, signal: options?.signal };
        answer = await guard.long(limit, () =>
          resolve({ ...request, actions: [...request.actions] }, options),
        );
      } catch (cause) {
        if (options?.signal?.aborted) throw cause;
        throw guard.failure(doing, cause);
      }
      if (answer === undefined) return undefined;
      const credential = guard.now(doing, () => credentialOf(answer));
      if (!credential) throw guard.rubbish(doing, "it gave something that is no credential");
      guard.secrets.note(credential);
      return credential;
    },
  };
}
