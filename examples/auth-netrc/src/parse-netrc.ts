export interface NetrcEntry {
  readonly login: string;
  readonly password: string;
}

/** Words of the file: separated by white space, quoted where they hold some. A line that begins with # is a comment. */
function wordsOf(text: string): readonly string[] {
  return [...text.replace(/^\s*#.*$/gm, "").matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "",
  );
}

/**
 * Entries by the name of their machine. Those of `default` are left out: they would be sent to whoever asks. Macros are skipped.
 * @throws Error without any word of the file, which may be a password
 */
export function parseNetrc(text: string): ReadonlyMap<string, NetrcEntry> {
  const entries = new Map<string, NetrcEntry>();
  // A macro ends with an empty line, or with the file.
  const words = wordsOf(text.replace(/^\s*macdef\b[\s\S]*?(?:\n[ \t]*\n|(?![\s\S]))/gm, "\n"));
  let machine: string | undefined;
  let login: string | undefined;
  let password: string | undefined;
  const finish = (): void => {
    // The first entry of a machine counts, as it does for other programs.
    if (machine !== undefined && login !== undefined && password !== undefined && !entries.has(machine))
      entries.set(machine, { login, password });
    machine = login = password = undefined;
  };
  for (let at = 0; at < words.length; at += 2) {
    const [word, value] = words.slice(at, at + 2);
    if (word === "default") {
      finish();
      at -= 1;
    } else if (value === undefined) throw new Error("it ends in the middle of an entry");
    else if (word === "machine") {
      finish();
      machine = value.toLowerCase();
    } else if (word === "login") login = value;
    else if (word === "password") password = value;
    else if (word !== "account") throw new Error(`word ${at + 1} is none that such a file knows`);
  }
  finish();
  return entries;
}
