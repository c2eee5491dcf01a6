import type { ErrorContextValue } from "@bale/spec";
import { escapeTerminal } from "./escape-terminal.js";

/** How a request is called in messages: method, host and path; never the query. */
export interface RequestName {
  readonly method: string;
  readonly host: string;
  readonly path: string;
}

export function nameRequest(method: string, url: URL): RequestName {
  return { method, host: url.host, path: escapeTerminal(url.pathname) };
}

export function formatRequest(name: RequestName): string {
  return `${name.method} ${name.host}${name.path}`;
}

export function requestContext(
  name: RequestName,
  more: Readonly<Record<string, ErrorContextValue>> = {},
): Readonly<Record<string, ErrorContextValue>> {
  return { method: name.method, host: name.host, path: name.path, ...more };
}
