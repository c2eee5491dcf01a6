import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { der, derBits, derInteger, derObject, derSequence, derText, derTime } from "./der.js";

/** A certificate with its private key, both in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly commonName: string;
}

export interface TestCertificateOptions {
  /** Default `test-registry`. */
  readonly commonName?: string;
  /** DNS names and IPv4 addresses. Default `localhost` and `127.0.0.1`. */
  readonly hosts?: readonly string[];
  /** Default: an hour ago. */
  readonly validFrom?: Date;
  /** Default: in a day. */
  readonly validTo?: Date;
  /** Who signs. Default: itself. */
  readonly issuer?: TestCertificate;
  /** May sign others. Default: true when it signs itself. */
  readonly authority?: boolean;
}

const hour = 3_600_000;

/**
 * Makes an X.509 certificate on P-256 for tests of TLS: of an authority, unknown, expired, for another host. Takes about a millisecond
 * and needs no program. Throws RangeError for an IPv6 address.
 */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { commonName = "test-registry", hosts = ["localhost", "127.0.0.1"], issuer } = options;
  const { validFrom = new Date(Date.now() - hour), validTo = new Date(Date.now() + 24 * hour) } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const ecdsaWithSha256 = derSequence(derObject("1.2.840.10045.4.3.2"));
  const toBeSigned = derSequence(
    der(0xa0, derInteger(Buffer.from([2]))),
    derInteger(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    distinguishedName(issuer?.commonName ?? commonName),
    derSequence(derTime(validFrom), derTime(validTo)),
    distinguishedName(commonName),
    subjectKey(publicKey),
    der(0xa3, derSequence(constraints(options.authority ?? issuer === undefined), alternativeNames(hosts))),
  );
  const signature = sign("sha256", toBeSigned, issuer?.key ?? key);
  const certificate = derSequence(toBeSigned, ecdsaWithSha256, derBits(signature));
  return { cert: pem(certificate), key, commonName };
}

function distinguishedName(commonName: string): Buffer {
  return derSequence(der(0x31, derSequence(derObject("2.5.4.3"), derText(commonName))));
}

function subjectKey(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

/** Basic constraints, critical (RFC 5280, section 4.2.1.9). */
function constraints(authority: boolean): Buffer {
  const yes = der(0x01, Buffer.from([0xff]));
  const value = derSequence(...(authority ? [yes] : []));
  return derSequence(derObject("2.5.29.19"), yes, der(0x04, value));
}

/** Subject alternative names (RFC 5280, section 4.2.1.6). */
function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => {
    if (isIP(host) === 6) throw new RangeError("IPv6 addresses are not supported here");
    if (isIP(host) === 4) return der(0x87, Buffer.from(host.split(".").map(Number)));
    return der(0x82, Buffer.from(host, "latin1"));
  });
  return derSequence(derObject("2.5.29.17"), der(0x04, derSequence(...names)));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
