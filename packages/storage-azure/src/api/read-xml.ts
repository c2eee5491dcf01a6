const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const NAME = /^[A-Za-z-]+$/;

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * The inner text of each element of a name, in order; markup in it stays as it is. For the flat lists in which Azure answers: an element
 * within one of its own name is not looked for.
 */
export function* elementsOf(xml: string, name: string): Generator<string> {
  if (!NAME.test(name)) return;
  const open = `<${name}>`;
  const close = `</${name}>`;
  for (let at = 0; ; ) {
    const start = xml.indexOf(open, at);
    if (start < 0) return;
    const end = xml.indexOf(close, start);
    if (end < 0) return;
    yield xml.slice(start + open.length, end);
    at = end + close.length;
  }
}

/** The text of the first element of a name, with its entities decoded; `undefined` where there is none. */
export function textOf(xml: string, name: string): string | undefined {
  const [first] = elementsOf(xml, name);
  return first === undefined ? undefined : decoded(first);
}

/** Text as the content of an element. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}
