import { redactText } from "@bale/http";
import type { Credential } from "@bale/spec";

type Environment = Readonly<Record<string, string | undefined>>;

/** Replaces what nobody may see in what plugins say: everything that looks like a credential, and every secret that they were given. */
export interface KnownSecrets {
  /** Notes the secret of a credential that a plugin gets, or gives. */
  readonly note: (credential: Credential | undefined) => void;
  readonly redact: (text: string) => string;
}

const HIDDEN = "[hidden]";
// Variables that hold a secret, and those that only say where one is.
const SECRET_NAME =
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|(?:ACCESS|ACCOUNT|API)_?KEY$/i;
const PLACE_NAME = /_(?:FILE|PATH|DIR|URL|URI|ENDPOINT|HOST|ID|NAME)$/i;
// Shorter texts occur in every other word, and are no secrets.
const SHORTEST = 6;

function textOf(credential: Credential): string {
  if (credential.kind === "anonymous") return "";
  return credential.kind === "basic" ? credential.password.reveal() : credential.token.reveal();
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** A secret as programs write it: as it is, in a URL, and in a header. */
function spellings(text: string, username: string | undefined): readonly string[] {
  return [
    text,
    encodeURIComponent(text),
    base64(text),
    ...(username === undefined ? [] : [base64(`${username}:${text}`)]),
  ];
}

export function createKnownSecrets(env: Environment): KnownSecrets {
  const noted = new Set<string>();
  const add = (text: string, username?: string): void => {
    if (text.length < SHORTEST) return;
    for (const each of spellings(text, username)) noted.add(each);
  };
  let environmentRead = false;
  // Most runs redact nothing, and need not look.
  const readEnvironment = (): void => {
    if (environmentRead) return;
    environmentRead = true;
    for (const [name, value] of Object.entries(env))
      if (value !== undefined && SECRET_NAME.test(name) && !PLACE_NAME.test(name)) add(value);
  };
  return {
    note: (credential) => {
      if (credential) add(textOf(credential), credential.kind === "basic" ? credential.username : undefined);
    },
    redact: (text) => {
      readEnvironment();
      let result = text;
      // The longest first: one secret may be a part of another.
      for (const each of [...noted].sort((a, b) => b.length - a.length))
        result = result.replaceAll(each, HIDDEN);
      return redactText(result);
    },
  };
}
