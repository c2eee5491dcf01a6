import type { DiffChange } from "@bale/sdk";
import { formatBytes } from "../terminal/format-amounts.js";
import { html, type Markup } from "./markup.js";

/** A mark, a word and a class for each kind of change: colour says nothing that they do not say. */
const WORDS = {
  added: { mark: "+", word: "added", class: "added" },
  removed: { mark: "−", word: "removed", class: "removed" },
  modified: { mark: "~", word: "modified", class: "changed" },
  kind: { mark: "~", word: "kind", class: "changed" },
  layer: { mark: "~", word: "layer", class: "changed" },
  renamed: { mark: "→", word: "renamed", class: "changed" },
} as const satisfies Record<DiffChange["change"], object>;

export function changeBadge(change: DiffChange["change"]): Markup {
  const { mark, word, class: name } = WORDS[change];
  return html`<span class="badge ${name}"><span aria-hidden="true">${mark} </span>${word}</span> `;
}

/** How many bytes a change adds; less than nothing where it takes some away. */
export function sizeDelta({ before, after }: DiffChange): number {
  return (after?.size ?? 0) - (before?.size ?? 0);
}

/** `+1.2 KiB`, `−952 B`, `±0 B`: with the sign that belongs to numbers. */
export function signedBytes(bytes: number): string {
  if (bytes === 0) return "±0 B";
  return bytes < 0 ? `−${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}
