/** What drivers and plugins answer from `classify`: portable words, mapped to a specific code by whoever knows the operation. */
export type ErrorKind =
  | "invalid-input"
  | "invalid-config"
  | "unsupported"
  | "not-found"
  | "already-exists"
  | "conflict"
  | "precondition-failed"
  | "unauthenticated"
  | "permission-denied"
  | "integrity"
  | "unsafe"
  | "rate-limited"
  | "unavailable"
  | "timeout"
  | "resource-exhausted"
  | "cancelled"
  | "internal";

/** Whether repeating the same call can help; `after` carries a delay in milliseconds that the server gave. */
export type Retry =
  | { readonly kind: "never" }
  | { readonly kind: "safe" }
  | { readonly kind: "after"; readonly milliseconds: number };
