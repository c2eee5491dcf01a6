import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The account of the variant "htpasswd". The colon is there because clients split "user:password" wrongly. */
export const registryAccount = Object.freeze({ username: "u", password: "p:w" });

// bcrypt of registryAccount.password with cost 5, made once: htpasswd is not on every machine.
const PASSWORD_HASH = "$2b$05$yCdgbj0W.E2Jr/eemhXCVOAouuku18b1RM/zPjfHaP1ONiTvEWcMu";

/**
 * The configuration of a CNCF distribution registry, 2.8 and 3 alike.
 * @param {{ folder: string, variant: string, dataFolder: string }} options
 * @returns {string}
 */
export function distributionConfig({ folder, variant, dataFolder }) {
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
  return `${lines.join("\n")}\n`;
}
