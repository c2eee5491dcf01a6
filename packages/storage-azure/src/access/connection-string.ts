import { isAccount } from "../config-grammar.js";

/** What a connection string of Azure's says of a blob service. */
export interface ConnectionString {
  readonly account: string;
  readonly endpoint: string;
  /** Base64. */
  readonly key?: string | undefined;
  /** Query of a shared access signature, without a question mark. */
  readonly signature?: string | undefined;
}

const LONGEST = 16 * 1024;
// The account of Azurite and of the emulators before it: published, the same on all machines, and worth nothing elsewhere.
const DEVELOPMENT: ConnectionString = {
  account: "devstoreaccount1",
  endpoint: "http://127.0.0.1:10000/devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

/** Reads `Name=value;…`. `undefined` for what is no connection string with an account and something to sign in with. */
export function parseConnectionString(text: string): ConnectionString | undefined {
  if (text.length > LONGEST) return undefined;
  const members = new Map<string, string>();
  for (const part of text.split(";")) {
    if (part.trim() === "") continue;
    const [, name, value] = /^\s*([A-Za-z]+)=(.*)$/s.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    members.set(name.toLowerCase(), value.trim());
  }
  if (members.get("usedevelopmentstorage") === "true") return DEVELOPMENT;
  const named = (members.get("blobendpoint") ?? "").replace(/\/+$/, "");
  const account = members.get("accountname") ?? accountOf(named);
  if (account === undefined || !isAccount(account)) return undefined;
  const suffix = members.get("endpointsuffix") ?? "core.windows.net";
  const scheme = members.get("defaultendpointsprotocol") ?? "https";
  const endpoint = named === "" ? `${scheme}://${account}.blob.${suffix}` : named;
  const key = members.get("accountkey");
  const signature = members.get("sharedaccesssignature")?.replace(/^\?/, "");
  if (!URL.canParse(endpoint) || (!key && !signature)) return undefined;
  return { account, endpoint, key, signature };
}

/** The first part of the host, where a connection string names no account. */
function accountOf(endpoint: string): string | undefined {
  return URL.canParse(endpoint) ? new URL(endpoint).hostname.split(".")[0] : undefined;
}
