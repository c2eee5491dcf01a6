import { generateKeyPairSync, randomUUID, sign } from "node:crypto";

const KEY_ID = "test-key";

/** @typedef {{ type: string, name: string, actions: string[] }} Access */

/**
 * Signs tokens with a key of its own, as JSON Web Tokens of the distribution project's token specification.
 * @param {{ issuer: string, audience: string }} options
 */
export function tokenSigner({ issuer, audience }) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keySet = {
    keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "ES256" }],
  };
  return {
    /** The public key, as the registry reads it: a JWK set in JSON. */
    keySet: JSON.stringify(keySet),
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
      const text = `${encoded({ typ: "JWT", alg: "ES256", kid: KEY_ID })}.${encoded(payload)}`;
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
