import type { TextStyle } from "../terminal/text-style.js";

/** What a command found or did, as data; how it looks is decided by whoever prints it. */
export interface DocumentResult {
  readonly kind: "document";
  /** What `--json` prints, without `schemaVersion`. */
  readonly document: object;
  /** The same for people, on stdout; with a line end, or empty. */
  readonly text: (style: TextStyle) => string;
  /** What a person may do next; on stderr, and not with `-q`. */
  readonly hints?: readonly string[] | undefined;
  /** Default 0. */
  readonly exit?: number | undefined;
}
/** Bytes for stdout, exactly as they are. */
export interface ContentResult {
  readonly kind: "content";
  readonly content: AsyncIterable<Uint8Array>;
}
export type CommandResult = DocumentResult | ContentResult;
