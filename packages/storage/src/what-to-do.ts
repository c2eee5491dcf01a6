import type { ErrorCode } from "@bale/spec";

/** What helps against a failure of a store, where its driver does not know better; `undefined` where that depends on more than the code. */
export function whatToDo(code: ErrorCode, store: string | undefined): string | undefined {
  switch (code) {
    case "NO_SPACE":
      return "make room there, then run the command again: what was stored already stays";
    case "STORE_BUSY":
      return "run the command again later: what was stored already stays";
    case "STORE_DENIED":
      return (
        store &&
        `see what may be done there with \`bale storage check ${store}\`, and ask for what is missing`
      );
    default:
      return undefined;
  }
}
