import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A key and a certificate in PEM, made for one test. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}
export interface CertificateInput {
  readonly commonName: string;
  /** IPv4 addresses and DNS names that it is for. */
  readonly names?: readonly string[];
  readonly issuer?: { readonly commonName: string; readonly key: string };
  readonly notAfter?: Date;
  readonly authority?: boolean;
}

const SEQUENCE = 0x30;
const SET = 0x31;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");
// Object identifiers in DER: ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName.
const ECDSA = der(SEQUENCE, hex("06082a8648ce3d040302"));
const COMMON_NAME = hex("0603550403");
const BASIC_CONSTRAINTS = hex("0603551d13");
const ALTERNATIVE_NAME = hex("0603551d11");

function nameOf(commonName: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

function timeOf(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
}

function alternative(name: string): Buffer {
  return /^[\d.]+$/.test(name)
    ? der(0x87, Buffer.from(name.split(".").map(Number)))
    : der(0x82, Buffer.from(name));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** An X.509 certificate (RFC 5280) on a fresh P-256 key, signed by itself or by `issuer`. */
export function createCertificate(input: CertificateInput): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signer: KeyObject | string = input.issuer?.key ?? privateKey;
  const extensions = [
    der(SEQUENCE, BASIC_CONSTRAINTS, der(0x04, der(SEQUENCE, ...(input.authority ? [hex("0101ff")] : [])))),
    ...(input.names
      ? [der(SEQUENCE, ALTERNATIVE_NAME, der(0x04, der(SEQUENCE, ...input.names.map(alternative))))]
      : []),
  ];
  const body = der(
    SEQUENCE,
    der(0xa0, hex("020102")),
    der(0x02, Buffer.from([1, Math.floor(Math.random() * 250), Math.floor(Math.random() * 250)])),
    ECDSA,
    nameOf(input.issuer?.commonName ?? input.commonName),
    der(
      SEQUENCE,
      timeOf(new Date("2020-01-01T00:00:00Z")),
      timeOf(input.notAfter ?? new Date("2049-01-01T00:00:00Z")),
    ),
    nameOf(input.commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, signer));
  return { key, cert: pem("CERTIFICATE", der(SEQUENCE, body, ECDSA, signature)) };
}
