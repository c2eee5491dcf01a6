export type Callable = (...args: readonly unknown[]) => unknown;

/** A function of an object, which is called as a part of it; read once. */
export function functionOf(value: unknown, name: string | symbol): Callable | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member = (value as Readonly<Record<string | symbol, unknown>>)[name];
  if (typeof member !== "function") return undefined;
  return (...args) => Reflect.apply(member, value, args) as unknown;
}
