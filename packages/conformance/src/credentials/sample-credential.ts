import assert from "node:assert/strict";
import { BaleError, type Credential, type CredentialRequest, secret } from "@bale/spec";

/** What a credential says when it is sent, and no more: other members, such as its source, are the provider's own. */
export function shown(credential: Credential | undefined): unknown {
  if (!credential) return undefined;
  if (credential.kind === "anonymous") return { kind: "anonymous" };
  return credential.kind === "basic"
    ? { kind: "basic", username: credential.username, password: credential.password.reveal() }
    : { kind: credential.kind, token: credential.token.reveal() };
}

export function assertCredential(actual: Credential | undefined, expected: Credential | undefined): void {
  assert.deepEqual(shown(actual), shown(expected));
}

/** The texts of a credential that nobody may see. */
export function secretsOf(credential: Credential | undefined): readonly string[] {
  if (!credential || credential.kind === "anonymous") return [];
  return [credential.kind === "basic" ? credential.password.reveal() : credential.token.reveal()];
}

export function request(origin: string, repository?: string): CredentialRequest {
  return { origin, repository, actions: ["pull"] };
}

export function basic(username: string, password: string): Credential {
  return { kind: "basic", username, password: secret(password) };
}

/** What a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([promise]);
  assert.equal(outcome.status, "rejected", "it succeeded");
  return (outcome as PromiseRejectedResult).reason;
}

export function assertInterrupted(error: unknown): void {
  assert.ok(BaleError.is(error, "INTERRUPTED"), `not INTERRUPTED: ${String(error)}`);
}
