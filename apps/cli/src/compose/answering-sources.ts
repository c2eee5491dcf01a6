import { describeCredential, type SourcedCredential } from "@bale/auth";
import {
  BaleError,
  type CallOptions,
  type Credential,
  type CredentialProvider,
  type CredentialRequest,
} from "@bale/spec";

/** What one source says. */
export type SourceAnswer =
  | { readonly kind: "answers"; readonly credential: SourcedCredential }
  /** The user's configuration wants nobody's credentials there. */
  | { readonly kind: "anonymous" }
  | { readonly kind: "fails"; readonly message: string };

/**
 * What each source answers for a registry, in order; those that know nothing are left out. The search ends where a source says that there are to
 * be no credentials.
 * @throws BaleError `INTERRUPTED`
 */
export async function answeringSources(
  sources: readonly CredentialProvider[],
  request: CredentialRequest,
  call: CallOptions,
): Promise<readonly SourceAnswer[]> {
  const answers: SourceAnswer[] = [];
  for (const source of sources) {
    try {
      const credential: SourcedCredential | undefined = await source.resolve(request, call);
      if (credential?.kind === "anonymous") return [...answers, { kind: "anonymous" }];
      if (credential)
        answers.push({
          kind: "answers",
          credential: { ...credential, source: credential.source ?? source.id } as SourcedCredential,
        });
      // Where the configuration names a source, no other is asked.
      if (credential && source.id === "chosen") return answers;
    } catch (error) {
      if (!BaleError.is(error) || error.code === "INTERRUPTED") throw error;
      answers.push({ kind: "fails", message: error.message });
    }
  }
  return answers;
}

/** In the words of a message; never a secret. */
export function describeAnswer(answer: SourceAnswer): string {
  if (answer.kind === "answers") return describeCredential(answer.credential);
  return answer.kind === "fails" ? answer.message : "nobody";
}

export function isSameCredential(a: Credential, b: Credential): boolean {
  if (a.kind === "basic" && b.kind === "basic")
    return a.username === b.username && a.password.reveal() === b.password.reveal();
  return a.kind === "identity-token" && b.kind === "identity-token" && a.token.reveal() === b.token.reveal();
}
