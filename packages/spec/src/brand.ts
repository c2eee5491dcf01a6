declare const brand: unique symbol;

/** A value that has passed its parser. The only way to obtain one is that parser. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
