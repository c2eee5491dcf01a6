import type { SourcedCredential } from "@bale/auth";
import { secret } from "@bale/spec";
import { configError } from "./config-error.js";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Where an entry is, for messages. */
interface EntryPlace {
  readonly path: string;
  readonly key: string;
}

function decodePair(auth: string): { readonly username: string; readonly password: string } | undefined {
  if (!BASE64.test(auth)) return undefined;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(auth, "base64"));
  } catch {
    return undefined;
  }
  // docker strips NULs, which the passwords of some early versions end with.
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\u0000+$/, "") };
}

/**
 * The credential of one entry of `auths`, in docker's order of precedence: `registrytoken`, `identitytoken`, `auth`, user name and
 * password. `undefined` for an empty entry, which only marks that a helper has the credential.
 * @throws BaleError `CONFIG_INVALID`
 */
export function decodeEntry(entry: unknown, { path, key }: EntryPlace): SourcedCredential | undefined {
  const refuse = (why: string): Error =>
    configError(
      path,
      `the credentials for ${JSON.stringify(key.slice(0, 300))} in ${path} cannot be read`,
      why,
      "log in to the registry again",
    );
  if (entry === null) return undefined;
  if (typeof entry !== "object" || Array.isArray(entry)) throw refuse("the entry is no object");
  const members = new Map<string, unknown>(Object.entries(entry));
  const text = (name: string): string => {
    const value = members.get(name) ?? "";
    if (typeof value !== "string") throw refuse(`${name} is no text`);
    return value;
  };
  const registryToken = text("registrytoken");
  if (registryToken !== "") return { kind: "bearer", token: secret(registryToken), source: path };
  const identityToken = text("identitytoken");
  if (identityToken !== "") return { kind: "identity-token", token: secret(identityToken), source: path };
  const auth = text("auth").trim();
  if (auth !== "") {
    const pair = decodePair(auth);
    if (!pair) throw refuse("auth is not the base64 form of a user name, a colon and a password");
    return { kind: "basic", username: pair.username, password: secret(pair.password), source: path };
  }
  const [username, password] = [text("username"), text("password")];
  if (username === "" && password === "") return undefined;
  if (username === "" || password === "") throw refuse("there is half of a user name and password");
  return { kind: "basic", username, password: secret(password), source: path };
}
