// Services take requests that are dated up to fifteen minutes wrong; a difference that a slow network could explain is none.
const TOLERANCE_MS = 5 * 60_000;

/** Says both times where a server's clock, as its answers are dated, and this machine's are far apart. */
export function clockSkew(date: string | undefined, now: number): string | undefined {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server) || Math.abs(server - now) <= TOLERANCE_MS) return undefined;
  const [theirs, ours] = [server, now].map((time) => new Date(time).toISOString());
  return `the clocks differ: this machine says ${ours}, the server ${theirs}`;
}
