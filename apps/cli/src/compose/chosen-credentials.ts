import type { SourcedCredential } from "@bale/auth";
import type { CredentialProvider } from "@bale/spec";
import type { CredentialChoice } from "./credential-choice.js";

export interface ChosenInput {
  /** What the user has set for a registry, or for the part of it that a repository is in. */
  readonly choiceOf: (origin: string, repository: string | undefined) => CredentialChoice | undefined;
  readonly open: (choice: CredentialChoice) => Promise<CredentialProvider>;
}

/**
 * Where the user's configuration names a source of credentials for a registry or a namespace, that source answers and no other: what it does not
 * know is asked for as nobody.
 */
export function chosenCredentials({ choiceOf, open }: ChosenInput): CredentialProvider {
  const opened = new Map<string, Promise<CredentialProvider>>();
  const openOnce = (choice: CredentialChoice): Promise<CredentialProvider> => {
    const key = JSON.stringify([choice.source, choice.config]);
    const opening = opened.get(key) ?? open(choice);
    opened.set(key, opening);
    // A failed opening is not remembered: what was wrong may be mended.
    opening.catch(() => opened.delete(key));
    return opening;
  };
  return {
    id: "chosen",
    resolve: async (request, call) => {
      const choice = choiceOf(request.origin, request.repository);
      if (!choice) return undefined;
      const provider = await openOnce(choice);
      const credential: SourcedCredential | undefined = await provider.resolve(request, call);
      if (!credential) return { kind: "anonymous" };
      // What was chosen is meant, also where it is a token that lies around.
      const { ambient: _, ...meant } = { ambient: undefined, ...credential };
      return { ...meant, source: credential.source ?? choice.source } as SourcedCredential;
    },
  };
}
