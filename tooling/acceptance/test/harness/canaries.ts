import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A secret under the name of what it is, and the texts in which it could be read. */
export interface Canary {
  readonly name: string;
  readonly forms: readonly string[];
}

/** A secret as it is, in both kinds of base64, and as a part of a URL. */
export function canary(name: string, secret: string): Canary {
  const bytes = Buffer.from(secret);
  const forms = [secret, encodeURIComponent(secret), bytes.toString("base64"), bytes.toString("base64url")];
  // Padding is not always kept, and what follows the secret changes the last letters.
  return { name, forms: [...new Set(forms.map((form) => form.replace(/=+$/, "")))] };
}

/** An account's password, with the user before it too: so it is in a header. */
export function accountCanaries(name: string, account: { username: string; password: string }): Canary[] {
  const { username, password } = account;
  return [canary(name, password), canary(`${name} with its user`, `${username}:${password}`)];
}

/** A private key in PEM: its body as it is and in one line. */
export function keyCanaries(name: string, pem: string): Canary[] {
  const lines = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
  return [
    canary(name, lines.join("\n")),
    canary(name, lines.join("")),
    ...lines.map((line) => canary(name, line)),
  ];
}

/** Which canaries a text holds, by name. */
export function seenIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.filter(({ forms }) => forms.some((form) => text.includes(form))).map(({ name }) => name);
}

/** Which canaries the files below a folder hold, as "path: name"; the names of files count as well. */
export function seenBelow(
  root: string,
  canaries: readonly Canary[],
  isMeantTo: (path: string) => boolean,
): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  return files.flatMap((entry) => {
    const path = relative(root, join(entry.parentPath, entry.name));
    const named = seenIn(path, canaries);
    const held =
      entry.isFile() && !isMeantTo(path)
        ? seenIn(readFileSync(join(root, path)).toString("latin1"), canaries)
        : [];
    return [...named, ...held].map((name) => `${path}: ${name}`);
  });
}
