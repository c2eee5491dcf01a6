import type { CallOptions } from "./bytes.js";
import type { Secret } from "./secret.js";

export type Credential =
  | { readonly kind: "anonymous" }
  | {
      readonly kind: "basic";
      readonly username: string;
      readonly password: Secret;
      readonly expiresAt?: Date | undefined;
    }
  | { readonly kind: "identity-token"; readonly token: Secret; readonly expiresAt?: Date | undefined }
  | { readonly kind: "bearer"; readonly token: Secret; readonly expiresAt?: Date | undefined };

export type RegistryAction = "pull" | "push" | "delete";

export interface CredentialRequest {
  /** Scheme, host and port. A credential is never sent to any other origin, redirects included. */
  readonly origin: string;
  readonly repository?: string | undefined;
  readonly actions: readonly RegistryAction[];
}
export interface CredentialProvider {
  readonly id: string;
  /** `undefined`: not mine, ask the next. A throw: I should have answered and could not; stop. */
  readonly resolve: (request: CredentialRequest, options?: CallOptions) => Promise<Credential | undefined>;
  readonly storage?: CredentialStorage | undefined;
}
export interface CredentialStorage {
  readonly save: (origin: string, credential: Credential, options?: CallOptions) => Promise<void>;
  readonly erase: (origin: string, options?: CallOptions) => Promise<boolean>;
}
