import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { facts } from "./facts.js";

/** Where a credential was stored or removed. */
export type StoredIn =
  | { readonly kind: "helper"; readonly helper: string }
  | { readonly kind: "file"; readonly path: string };

/** What `bale login --json` prints. */
export interface LoginDocument {
  readonly host: string;
  readonly namespace?: string;
  readonly kind: "password" | "identity-token";
  /** Absent for identity tokens, which name nobody. */
  readonly username?: string;
  /** False where the registry asked nobody who is there. */
  readonly checked: boolean;
  readonly stored: StoredIn;
  readonly encrypted: boolean;
  /** What is asked before the stored credential, and answers something else. */
  readonly comesFirst?: string;
}

/** What `bale logout --json` prints. */
export interface LogoutDocument {
  readonly host: string;
  readonly namespace?: string;
  readonly removed: readonly StoredIn[];
  /** Who would still be signed in, in the order in which the sources are asked. */
  readonly remaining: readonly string[];
  /** Sources that could not say. */
  readonly failures: readonly string[];
  /** Namespaces with credentials of their own. */
  readonly namespaces: readonly { readonly path: string; readonly namespace: string }[];
}

function place(stored: StoredIn): string {
  return stored.kind === "file"
    ? safe(stored.path)
    : `the credential helper docker-credential-${safe(stored.helper)}`;
}

function nameOf({ host, namespace }: { readonly host: string; readonly namespace?: string }): string {
  return safe(namespace === undefined ? host : `${host}/${namespace}`);
}

export function renderLogin(style: TextStyle, document: LoginDocument): string {
  const { checked, comesFirst, stored, username } = document;
  const who = username === undefined ? "with an identity token" : `as ${safe(username)}`;
  const head = checked
    ? `${style.green("signed in")} to ${nameOf(document)} ${who}`
    : `${style.yellow("stored, and not checked")}: ${nameOf(document)} ${who}`;
  return `${head}\n${facts([
    ["stored in", place(stored)],
    [
      "not checked",
      checked ? undefined : `${safe(document.host)} lets everybody in without asking who they are`,
    ],
    ["but first", comesFirst && `${safe(comesFirst)} is asked before, and counts`],
  ])}`;
}

export function renderLogout(style: TextStyle, document: LogoutDocument): string {
  const { failures, namespaces, remaining, removed } = document;
  const head =
    removed.length > 0
      ? `${style.green("signed out")} of ${nameOf(document)}`
      : `nothing was stored for ${nameOf(document)}`;
  return `${head}\n${facts([
    ...removed.map((from) => ["removed from", place(from)] as const),
    ...remaining.map((who) => ["still there", style.yellow(safe(who))] as const),
    ...failures.map((message) => ["could not tell", style.yellow(safe(message))] as const),
    ...namespaces.map(
      ({ path, namespace }) =>
        ["own of", `${safe(`${document.host}/${namespace}`)} in ${safe(path)}`] as const,
    ),
  ])}`;
}
