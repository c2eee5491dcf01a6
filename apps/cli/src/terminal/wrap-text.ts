/** Lines of at most `width` characters, broken between words; a longer word gets a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapWords(text.split(/\s+/), width);
}

/** The same for words that may have spaces in them. */
export function wrapWords(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Names with commas between them, broken only behind a comma. */
export function wrapNames(names: readonly string[], width: number): readonly string[] {
  return wrapWords(
    names.map((name, index) => (index < names.length - 1 ? `${name},` : name)),
    width,
  );
}
