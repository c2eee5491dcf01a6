import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { TlsFacts, TrustedBy } from "@bale/spec";
import { tlsProblem } from "./tls-problem.js";

type Tls = typeof import("node:tls") & {
  // From Node 22.15 on. The default is what is bundled, the system's if Node was told to use it, and what the environment adds.
  readonly getCACertificates?: (type: "default" | "extra") => readonly string[];
};

/** What is taken of a connection while it is open. */
export interface SeenTls {
  readonly protocol: string;
  readonly leaf: DetailedPeerCertificate;
  /** The code of what is wrong with the certificate. */
  readonly refused: string | undefined;
}

export function seeTls(socket: TLSSocket): SeenTls | undefined {
  const leaf = socket.getPeerCertificate(true);
  const protocol = socket.getProtocol();
  if (protocol === null || !leaf?.raw) return undefined;
  return { protocol, leaf, refused: socket.authorized ? undefined : String(socket.authorizationError) };
}

/** The certificate at the end of the chain that was built. */
function anchorOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate {
  let at = leaf;
  // A root is its own issuer; a chain that was not completed has none at its end.
  while (at.issuerCertificate && at.issuerCertificate.fingerprint256 !== at.fingerprint256)
    at = at.issuerCertificate;
  return at;
}

function bodyOf(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s/g, "");
}

async function trustedBy(leaf: DetailedPeerCertificate): Promise<TrustedBy> {
  const anchor = anchorOf(leaf).raw.toString("base64");
  const isAmong = (list: readonly string[]): boolean => list.some((pem) => bodyOf(pem) === anchor);
  const { getCACertificates, rootCertificates }: Tls = await import("node:tls");
  if (isAmong(rootCertificates)) return "bundled";
  if (getCACertificates === undefined) return "named";
  if (isAmong(getCACertificates("extra"))) return "extra";
  return isAmong(getCACertificates("default")) ? "system" : "named";
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

function nameOf(name: DetailedPeerCertificate["subject"] | undefined, otherNames = ""): string {
  return first(name?.CN) ?? /DNS:([^,\s]+)/.exec(otherNames)?.[1] ?? first(name?.O) ?? first(name?.OU) ?? "";
}

export async function tlsFacts({ leaf, protocol, refused }: SeenTls): Promise<TlsFacts> {
  return {
    protocol,
    subject: nameOf(leaf.subject, leaf.subjectaltname),
    issuer: nameOf(leaf.issuer),
    validTo: new Date(leaf.valid_to),
    ...(refused === undefined
      ? { trustedBy: await trustedBy(leaf) }
      : { trustedBy: "nobody", problem: tlsProblem(refused)?.why ?? refused }),
  };
}
