import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCertificate } from "@bale/test-registry";

/**
 * @typedef {object} CertificateFiles
 * @property {string} certFile    PEM
 * @property {string} keyFile     PEM
 */

/**
 * @typedef {object} Certificates
 * @property {string} caFile    of the authority that no machine knows
 * @property {CertificateFiles} server    for `hosts`
 * @property {CertificateFiles} client    of the same authority
 * @property {CertificateFiles} expired    as `server`, until yesterday
 * @property {CertificateFiles} wrongHost    for elsewhere.example
 * @property {CertificateFiles} stranger    a client's, of another authority
 */

const DAY_MS = 86_400_000;

/**
 * Makes an authority and certificates of every kind that tests of TLS need, as files in a folder.
 * @param {string} folder    made where it is missing
 * @param {{ hosts?: readonly string[] }} [options]    names and IPv4 addresses of the server
 * @returns {Certificates}
 */
export function makeCertificates(folder, { hosts = ["127.0.0.1", "localhost"] } = {}) {
  mkdirSync(folder, { recursive: true });
  const authority = createTestCertificate({ commonName: "test authority" });
  const other = createTestCertificate({ commonName: "another authority" });
  const caFile = join(folder, "ca.crt");
  writeFileSync(caFile, authority.cert);
  /**
   * @param {string} name
   * @param {import("@bale/test-registry").TestCertificateOptions} options
   * @returns {CertificateFiles}
   */
  const make = (name, options) => {
    const made = createTestCertificate({ commonName: name, issuer: authority, ...options });
    const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
    writeFileSync(files.certFile, made.cert);
    writeFileSync(files.keyFile, made.key, { mode: 0o600 });
    return files;
  };
  const yesterday = new Date(Date.now() - DAY_MS);
  return {
    caFile,
    server: make("server", { hosts }),
    client: make("client", { hosts: ["client.example"] }),
    expired: make("expired", { hosts, validFrom: new Date(Date.now() - 30 * DAY_MS), validTo: yesterday }),
    wrongHost: make("wrong-host", { hosts: ["elsewhere.example"] }),
    stranger: make("stranger", { hosts: ["client.example"], issuer: other }),
  };
}
