import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface GuideBlock {
  readonly language: string;
  /** What follows the language: the name of a file, `run`, or nothing. */
  readonly label: string;
  readonly text: string;
}

/** The blocks of code in a guide, in their order. */
export function readGuide(name: string): readonly GuideBlock[] {
  const file = fileURLToPath(new URL(`../../../../docs/guides/${name}.md`, import.meta.url));
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)\n```$/gms)].map(
    ([, language = "", label = "", block = ""]) => ({ language, label, text: `${block}\n` }),
  );
}
