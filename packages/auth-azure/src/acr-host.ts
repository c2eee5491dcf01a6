/** What a registry's host says about where it is. */
export interface AcrRegistry {
  /** Where Microsoft Entra ID of that cloud gives out tokens. */
  readonly authority: string;
}

// Name of a registry: 5 to 50 letters and digits, and behind a hyphen the mark that newer ones get to be unique by.
const HOST = /^[a-z0-9]{5,50}(?:-[a-z0-9]{1,32})?\.azurecr\.(io|cn|us)$/;

const AUTHORITIES: Readonly<Record<string, string>> = {
  io: "https://login.microsoftonline.com",
  cn: "https://login.chinacloudapi.cn",
  us: "https://login.microsoftonline.us",
};

/** Other names under which AZURE_AUTHORITY_HOST may point to Microsoft Entra ID, and no hosts but these. */
export const AUTHORITY_HOSTS: readonly string[] = [
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.chinacloudapi.cn",
  "login.partner.microsoftonline.cn",
];

/** Reads the host of a registry, in lower case and without a port; `undefined` where it is not one of ACR's. Pure. */
export function parseAcrHost(host: string): AcrRegistry | undefined {
  const suffix = HOST.exec(host)?.[1];
  const authority = suffix === undefined ? undefined : AUTHORITIES[suffix];
  return authority === undefined ? undefined : { authority };
}
