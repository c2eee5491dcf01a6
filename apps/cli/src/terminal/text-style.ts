/** How text for people is laid out on one stream. Without colour every paint returns its text unchanged. */
export interface TextStyle {
  readonly width: number;
  readonly color: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** A line is not made longer than this, however wide the terminal is: longer ones are hard to read. */
const LONGEST = 100;

export function textStyle(options: {
  readonly color: boolean;
  readonly columns?: number | undefined;
}): TextStyle {
  const { color, columns = 80 } = options;
  const paint = (code: number) => (text: string) =>
    color && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    width: Math.min(Math.max(columns, 20), LONGEST),
    color,
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    cyan: paint(36),
  };
}
