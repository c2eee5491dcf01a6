/** One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case, values without quotes. Of a repeated name the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The other form: one opaque value in place of parameters. */
  readonly token68?: string | undefined;
}

const MAX_LENGTH = 16_384;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[\t ]*(?:,|$))/y;
const SPACES = /[\t ]*/y;
const SEPARATORS = /[\t ,]*/y;
// Looser than the grammar: servers send URLs without quotes.
const BARE = /[^\s",]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/** A reader that moves along one text; each `take` matches at the present place or not at all. */
function createScanner(text: string): {
  readonly take: (pattern: RegExp) => RegExpExecArray | undefined;
  readonly done: () => boolean;
  readonly mark: () => number;
  readonly back: (mark: number) => void;
} {
  let place = 0;
  return {
    take: (pattern) => {
      pattern.lastIndex = place;
      const match = pattern.exec(text) ?? undefined;
      if (match) place += match[0].length;
      return match;
    },
    done: () => place >= text.length,
    mark: () => place,
    back: (mark) => {
      place = mark;
    },
  };
}

/**
 * Reads every challenge of a header, several joined by commas included. Parsing stops at the first thing that is no challenge:
 * what was understood so far is returned. Headers over 16 KiB have none.
 */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  if (header === undefined || header.length > MAX_LENGTH) return [];
  const scanner = createScanner(header);
  const challenges: Challenge[] = [];
  scanner.take(SEPARATORS);
  while (!scanner.done()) {
    const scheme = scanner.take(TOKEN)?.[0].toLowerCase();
    if (scheme === undefined) break;
    const space = scanner.take(SPACES)?.[0] ?? "";
    const start = scanner.mark();
    const token68 = space === "" ? undefined : scanner.take(TOKEN68)?.[0];
    // `Basic realm=` also reads as a token68 with padding; a name and an equals sign is a parameter only if a value follows,
    // which the look-ahead of TOKEN68 has excluded. A lone word before a comma could be the next scheme: it is not, after a space.
    if (token68 !== undefined) challenges.push({ scheme, parameters: new Map(), token68 });
    else {
      scanner.back(start);
      const { parameters, whole } = readParameters(scanner);
      challenges.push({ scheme, parameters });
      if (!whole) break;
    }
    scanner.take(SEPARATORS);
  }
  return challenges;
}

function readParameters(scanner: ReturnType<typeof createScanner>): {
  readonly parameters: ReadonlyMap<string, string>;
  readonly whole: boolean;
} {
  const parameters = new Map<string, string>();
  for (;;) {
    const before = scanner.mark();
    scanner.take(SEPARATORS);
    const name = scanner.take(TOKEN)?.[0].toLowerCase();
    scanner.take(SPACES);
    if (name === undefined || !scanner.take(/=/y)) {
      // A word without an equals sign begins the next challenge.
      scanner.back(before);
      return { parameters, whole: true };
    }
    scanner.take(SPACES);
    const quoted = scanner.take(QUOTED);
    const value = quoted ? (quoted[1] ?? "").replace(/\\(.)/g, "$1") : scanner.take(BARE)?.[0];
    if (value === undefined) return { parameters, whole: false };
    if (!parameters.has(name)) parameters.set(name, value);
  }
}
