import { escapeTerminal, type TlsProblem, tlsProblemIn } from "@bale/http";
import { type Digest, type HttpResponse, isDigest, type JsonValue, LIMITS } from "@bale/spec";
import { isJsonObject, parseDocument } from "../parse-document.js";

/** What a refusal said. */
export interface RegistryFailure {
  readonly status: number;
  /** Error codes of the distribution spec, such as `BLOB_UNKNOWN`. */
  readonly codes: ReadonlySet<string>;
  /** One line for people: status and the server's own words, safe to print. */
  readonly text: string;
  /** Digests that the details name, as `MANIFEST_BLOB_UNKNOWN` does. */
  readonly digests: readonly Digest[];
  /** What is wrong with the connection rather than with the request. */
  readonly tls?: TlsProblem | undefined;
}

function digestsIn(detail: JsonValue | undefined): readonly Digest[] {
  if (isDigest(detail)) return [detail];
  if (!isJsonObject(detail)) return [];
  return Object.values(detail).filter(isDigest);
}

/** Reads the body of a refusal; a body that is no error list only loses its details. */
export async function readFailure(response: HttpResponse): Promise<RegistryFailure> {
  const codes = new Set<string>();
  const messages: string[] = [];
  const digests: Digest[] = [];
  let tls: TlsProblem | undefined;
  try {
    const bytes = await response.bytes(LIMITS.errorBodyBytes);
    if (response.status === 400) tls = tlsProblemIn(new TextDecoder().decode(bytes));
    const errors = parseDocument(bytes, "the registry's error", "SERVER")["errors"];
    for (const error of Array.isArray(errors) ? errors : []) {
      if (!isJsonObject(error)) continue;
      if (typeof error["code"] === "string") codes.add(error["code"].slice(0, 64));
      if (typeof error["message"] === "string") messages.push(error["message"]);
      digests.push(...digestsIn(error["detail"]));
    }
  } catch {
    await response.discard().catch(() => undefined);
  }
  const words = escapeTerminal([...codes, ...messages].join(" "), 300);
  return {
    status: response.status,
    codes,
    text: words === "" ? `the registry answered ${response.status}` : `${response.status}: ${words}`,
    digests: [...new Set(digests)],
    tls,
  };
}
