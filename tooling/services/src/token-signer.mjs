import { createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { createTestCertificate } from "@bale/test-registry";

/** @typedef {{ type: string, name: string, actions: string[] }} Access */

/**
 * Signs tokens with a key of its own, as JSON Web Tokens of the distribution project's token specification.
 * @param {{ issuer: string, audience: string }} options
 */
export function tokenSigner({ issuer, audience }) {
  const { cert, key } = createTestCertificate({ commonName: "token signer" });
  const privateKey = createPrivateKey(key);
  const chain = [new X509Certificate(cert).raw.toString("base64")];
  return {
    /** The public key, as a registry reads it: in a certificate, in PEM. Distribution 2.8 knows no key sets. */
    certificate: cert,
    /**
     * @param {{ subject: string, access: readonly Access[], lifetimeSeconds: number }} claims
     * @returns {string}
     */
    sign({ subject, access, lifetimeSeconds }) {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer,
        sub: subject,
        aud: audience,
        exp: now + lifetimeSeconds,
        nbf: now,
        iat: now,
        jti: randomUUID(),
        access,
      };
      const header = { typ: "JWT", alg: "ES256", x5c: chain };
      const text = `${encoded(header)}.${encoded(payload)}`;
      // RFC 7518, section 3.4: the two numbers side by side, not in DER.
      const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${text}.${signature.toString("base64url")}`;
    },
  };
}

/** @param {unknown} value */
function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
