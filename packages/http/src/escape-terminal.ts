// C0, DEL and C1 (ESC and CSI among them), line separators, the marks that turn the direction of text around, and invisible
// characters that make two texts look alike. GHSA-c38g-469g-cmgx is what happens without this.
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u{e0000}-\u{e007f}]/gu;

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Text from elsewhere, made safe to print on one line: control characters, ESC, direction marks and invisible characters become
 * `\u{...}`. At most `maxLength` characters (default 400) of the text are shown.
 */
export function escapeTerminal(text: string, maxLength = 400): string {
  // Cut first: the cost must not grow with what a server sends.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text;
  return cut.replace(UNPRINTABLE, escapeCharacter);
}
