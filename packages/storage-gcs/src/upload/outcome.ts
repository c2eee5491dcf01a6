import type { BaleError } from "@bale/spec";

/**
 * How an upload ended. "taken": there is an object of that name. "refused": who may create but not replace is refused also because of
 * one that is there, so that only a look can tell.
 */
export type UploadOutcome =
  | { readonly kind: "created"; readonly size: number | undefined }
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly error: BaleError };
