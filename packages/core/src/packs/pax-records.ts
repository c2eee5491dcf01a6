const encoder = new TextEncoder();

/** The records of a PAX extended header (POSIX.1-2017, pax): `<length> <key>=<value>\n`, where the length counts itself. */
export function paxRecords(records: ReadonlyMap<string, string>): Uint8Array {
  let text = "";
  for (const [key, value] of records) {
    const rest = encoder.encode(` ${key}=${value}\n`).length;
    let length = rest;
    // The digits of the length belong to it; one more round settles the case in which they add a digit.
    while (length !== rest + String(length).length) length = rest + String(length).length;
    text += `${length} ${key}=${value}\n`;
  }
  return encoder.encode(text);
}
