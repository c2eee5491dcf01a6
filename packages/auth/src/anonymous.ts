import type { CredentialProvider } from "@bale/spec";

/** Answers for every origin that no credentials are to be used: the end of a chain. */
export function anonymous(): CredentialProvider {
  return { id: "anonymous", resolve: async () => ({ kind: "anonymous" }) };
}
