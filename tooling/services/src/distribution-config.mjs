import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The account of the variant "htpasswd". The colon is there because clients split "user:password" wrongly. */
export const registryAccount = Object.freeze({ username: "u", password: "p:w" });

// bcrypt of registryAccount.password with cost 5, made once: htpasswd is not on every machine.
const PASSWORD_HASH = "$2b$05$yCdgbj0W.E2Jr/eemhXCVOAouuku18b1RM/zPjfHaP1ONiTvEWcMu";

/**
 * The configuration of a CNCF distribution registry, 2.8 and 3 alike.
 * @param {import("./registry-flavours.mjs").RegistrySetting} setting
 * @returns {string}
 */
export function distributionConfig({ folder, variant, dataFolder, tokens }) {
  const lines = [
    "version: 0.1",
    // The line with the port that the kernel chose is written at level info.
    "log: {level: info, accesslog: {disabled: false}}",
    "storage:",
    `  filesystem: {rootdirectory: ${JSON.stringify(dataFolder)}}`,
    `  delete: {enabled: ${variant !== "nodelete"}}`,
    `  maintenance: {uploadpurging: {enabled: false}, readonly: {enabled: ${variant === "readonly"}}}`,
    "http:",
    "  addr: 127.0.0.1:0",
    "  secret: only-for-tests",
  ];
  if (variant === "htpasswd") {
    const accounts = join(folder, "htpasswd");
    writeFileSync(accounts, `${registryAccount.username}:${PASSWORD_HASH}\n`);
    lines.push(`auth: {htpasswd: {realm: test, path: ${JSON.stringify(accounts)}}}`);
  }
  if (variant === "token" && tokens) {
    const keySet = join(folder, "keys.json");
    writeFileSync(keySet, tokens.keySet);
    const { realm, service, issuer } = tokens;
    // JSON is YAML. Distribution 2.8 knows certificates only, and has no jwks.
    lines.push(`auth: ${JSON.stringify({ token: { realm, service, issuer, jwks: keySet } })}`);
  }
  return `${lines.join("\n")}\n`;
}
