/** A failure that the caller is expected to look at, as data. Everything else throws one `BaleError`. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };
