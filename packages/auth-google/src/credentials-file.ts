export interface ServiceAccount {
  readonly type: "service_account";
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUri: string;
}
export interface AuthorizedUser {
  readonly type: "authorized_user";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly tokenUri: string;
}
export type CredentialsFile = ServiceAccount | AuthorizedUser;

const GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token";

/** Reads a file of the kinds that `gcloud` and Google's console write. A string says what is wrong, and repeats nothing of it but its kind. */
export function parseCredentialsFile(text: string): CredentialsFile | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no JSON object";
  const members = value as Readonly<Record<string, unknown>>;
  const read = (name: string): string => {
    const member = members[name];
    return typeof member === "string" ? member : "";
  };
  const type = read("type");
  const tokenUri = read("token_uri") || GOOGLE_TOKEN_URI;
  if (type === "service_account") {
    const account: ServiceAccount = {
      type,
      clientEmail: read("client_email"),
      privateKey: read("private_key"),
      privateKeyId: read("private_key_id") || undefined,
      tokenUri,
    };
    if (account.clientEmail === "" || account.privateKey === "")
      return "it lacks client_email or private_key";
    return account;
  }
  if (type === "authorized_user") {
    const user: AuthorizedUser = {
      type,
      clientId: read("client_id"),
      clientSecret: read("client_secret"),
      refreshToken: read("refresh_token"),
      tokenUri,
    };
    if (user.clientId === "" || user.clientSecret === "" || user.refreshToken === "")
      return "it lacks client_id, client_secret or refresh_token";
    return user;
  }
  return /^[a-z_]{1,40}$/.test(type)
    ? `it is of the type ${type}, and only service_account and authorized_user are read`
    : "it does not say of which type it is";
}
