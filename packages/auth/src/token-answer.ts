export interface Token {
  readonly value: string;
  readonly lifeMs: number;
}

// The distribution project's token specification: 60 seconds where nothing is said.
const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 7 * 24 * 3600;
// Printable ASCII without space: what can stand in a header.
const USABLE = /^[\x21-\x7e]+$/;

const MEMBERS: readonly string[] = ["token", "access_token"];

/**
 * Reads the answer of a token service: the first of the members that is there, and `expires_in` in seconds. A string says what is
 * wrong.
 */
export function parseTokenAnswer(bytes: Uint8Array, members: readonly string[] = MEMBERS): Token | string {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "its answer is not JSON";
  }
  if (typeof answer !== "object" || answer === null) return "its answer is no JSON object";
  const value = members
    .map((name) => (answer as Readonly<Record<string, unknown>>)[name])
    .find((candidate) => typeof candidate === "string" && candidate !== "");
  if (typeof value !== "string") return "its answer has no token";
  if (!USABLE.test(value)) return "its token has characters that no token has";
  const seconds = "expires_in" in answer ? answer.expires_in : undefined;
  const life =
    typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_SECONDS;
  return { value, lifeMs: Math.min(life, MAX_SECONDS) * 1000 };
}
