/** Prints as `[secret]` in strings, JSON and `util.inspect`. Only `reveal` gives the value, and only where it is sent. */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => "[secret]";
  readonly toJSON: () => "[secret]";
}

/** Wraps a value so that no log, error or dump can show it. */
export function secret(value: string): Secret {
  const hidden = (): "[secret]" => "[secret]";
  return Object.freeze({
    reveal: () => value,
    toString: hidden,
    toJSON: hidden,
    [Symbol.for("nodejs.util.inspect.custom")]: hidden,
  });
}
