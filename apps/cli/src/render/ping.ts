import type { PingDetails, PingVerdict, TlsFacts, TrustedBy } from "@bale/spec";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";
import { facts } from "./facts.js";

/** What `bale registry ping --json` prints. */
export interface PingDocument
  extends Partial<Pick<PingDetails, "origin" | "apiVersion" | "asks" | "tokenService" | "failure">> {
  readonly host: string;
  readonly verdict: PingVerdict;
  readonly reachable: boolean;
  readonly authenticated: boolean;
  /** Milliseconds of the first request, connecting included; the other one goes over the same connection. */
  readonly latencyMs: number;
  readonly warmLatencyMs?: number;
  /** User name and source, or `anonymous`; only where it lets somebody in. */
  readonly identity?: string;
  readonly tls?: Omit<TlsFacts, "validTo"> & { readonly validTo: string };
}

const TRUST: Readonly<Record<TrustedBy, string>> = {
  bundled: "trusted by the roots of Node.js",
  system: "trusted by the system's roots",
  extra: "trusted by NODE_EXTRA_CA_CERTS",
  named: "trusted by a certificate that you or the environment named",
  nobody: "not verified",
};

const DAY_MS = 24 * 3600 * 1000;
// Most authorities renew a month before the end; two weeks mean that something went wrong.
const SOON_DAYS = 14;

function connection({ origin = "", tls }: PingDocument, style: TextStyle): string | undefined {
  if (!tls) return origin.startsWith("http:") ? style.yellow("plain http, not encrypted") : undefined;
  const { protocol, trustedBy, problem } = tls;
  const trust = `${TRUST[trustedBy]}${problem === undefined ? "" : `: ${safe(problem)}`}`;
  return `${safe(protocol)}, ${trustedBy === "nobody" ? style.red(trust) : trust}`;
}

function certificate({ tls }: PingDocument, style: TextStyle): string | undefined {
  if (!tls) return undefined;
  const end = tls.validTo.slice(0, 10);
  const days = Math.floor((Date.parse(tls.validTo) - Date.now()) / DAY_MS);
  const until = days < SOON_DAYS ? style.yellow(`valid to ${end}`) : `valid to ${end}`;
  return `${safe(tls.subject)}, issued by ${safe(tls.issuer)}, ${until}`;
}

function asked({ asks, tokenService }: PingDocument): string | undefined {
  if (asks === undefined) return undefined;
  if (asks === "nothing") return "no credentials";
  if (asks === "basic") return "user name and password";
  if (asks === "token") return tokenService === undefined ? "a token" : `a token of ${safe(tokenService)}`;
  return "something that bale does not know";
}

function headline(style: TextStyle, { failure, host, identity, verdict }: PingDocument): string {
  const name = safe(host);
  if (verdict === "ready")
    return `${name} is ${style.green("ready")}${identity === undefined ? "" : identity === "anonymous" ? ", anonymously" : `, as ${safe(identity)}`}`;
  const words: Readonly<Record<Exclude<PingVerdict, "ready">, string>> = {
    refused: `${name} answers, and ${style.red("does not let you in")}`,
    unreachable: `${name} is ${style.red("unreachable")}`,
    "no-registry": `${name} is ${style.red("no registry")}`,
  };
  return `${words[verdict]}${failure ? `: ${safe(failure.message)}` : ""}`;
}

function latency({ latencyMs, reachable, warmLatencyMs }: PingDocument): string | undefined {
  if (!reachable) return undefined;
  const first = `${latencyMs} ms with a new connection`;
  return warmLatencyMs === undefined ? first : `${first}, ${warmLatencyMs} ms over an open one`;
}

export function renderPing(style: TextStyle, document: PingDocument): string {
  const { apiVersion, failure, origin } = document;
  return `${headline(style, document)}\n${facts([
    ["address", origin && safe(origin)],
    ["connection", connection(document, style)],
    ["certificate", certificate(document, style)],
    ["version", apiVersion && safe(apiVersion)],
    ["asks for", asked(document)],
    ["latency", latency(document)],
    ["why", failure?.why && safe(failure.why)],
    ["fix", failure?.fix && safe(failure.fix)],
  ])}`;
}
