/** Labelled lines below a headline: two spaces, the label, the value. What is `undefined` or empty is left out. */
export function facts(rows: readonly (readonly [label: string, value: string | undefined])[]): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== "");
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}\n`).join("");
}

/** Names joined by commas, or `undefined` for none. */
export function names(list: readonly string[]): string | undefined {
  return list.length === 0 ? undefined : list.join(", ");
}
