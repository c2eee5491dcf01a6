import type { EffectiveValue } from "../settings/effective-values.js";
import { safe } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";

/** Text as it is, everything else as JSON: what `config set` would take. */
export function valueText({ value }: Pick<EffectiveValue, "value">): string {
  return safe(typeof value === "string" ? value : JSON.stringify(value));
}

export function renderValues(values: readonly EffectiveValue[], showOrigin: boolean): string {
  if (!showOrigin) return values.map((row) => `${safe(row.key)}=${valueText(row)}\n`).join("");
  return table(values.map((row) => [safe(row.origin), `${safe(row.key)}=${valueText(row)}`]));
}
