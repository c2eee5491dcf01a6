export interface RateLimit {
  readonly requests: number;
  readonly milliseconds: number;
}

const RATE = /^([0-9]{1,7})\/([0-9]{1,3})?(s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `10/s`, `600/m`, or `100/6h`: so many requests in a time; `undefined` for any other text. */
export function parseRateLimit(text: string): RateLimit | undefined {
  const [, requests = "", times = "1", unit = ""] = RATE.exec(text) ?? [];
  const limit = { requests: Number(requests), milliseconds: Number(times) * (UNIT_MS[unit] ?? 0) };
  return limit.requests > 0 && limit.milliseconds > 0 ? limit : undefined;
}
