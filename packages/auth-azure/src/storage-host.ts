// An account of Blob Storage under Microsoft's own domain; others, and those under a domain of one's own, could be anybody's.
const HOST = /^[a-z0-9]{3,24}\.blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;

const AUTHORITIES: Readonly<Record<string, string>> = {
  "windows.net": "https://login.microsoftonline.com",
  "chinacloudapi.cn": "https://login.chinacloudapi.cn",
  "usgovcloudapi.net": "https://login.microsoftonline.us",
};

/** Where tokens for an account are given out, by its host in lower case; `undefined` where it is no host of Blob Storage. Pure. */
export function parseStorageHost(host: string): { readonly authority: string } | undefined {
  const suffix = HOST.exec(host)?.[1];
  const authority = suffix === undefined ? undefined : AUTHORITIES[suffix];
  return authority === undefined ? undefined : { authority };
}
