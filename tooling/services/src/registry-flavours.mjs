import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { distributionConfig } from "./distribution-config.mjs";

/**
 * @typedef {object} RegistrySetting
 * @property {string} folder    for its configuration
 * @property {string} variant
 * @property {string} dataFolder
 * @property {"htpasswd" | "token" | undefined} auth
 * @property {import("./token-service.mjs").TokenService | undefined} tokens
 * @property {import("./certificates.mjs").Certificates | undefined} certificates    of one that speaks TLS
 * @property {{ store: import("./start-object-store.mjs").ObjectStore, bucket: string } | undefined} objects    in place of `dataFolder`
 */

/**
 * How one kind of registry is started, and where it says on which port it listens.
 * @typedef {object} Flavour
 * @property {readonly string[]} variants
 * @property {(setting: RegistrySetting) => string[]} args
 * @property {RegExp} listening    matches the line of its standard error that names the port, as group 1
 * @property {"stdout" | "stderr"} accessLog    where it writes one line for each request
 * @property {RegExp} accessLine    groups: method, target, and status where the line has it
 */

/** @type {Flavour} */
const distribution = {
  variants: ["open", "nodelete", "readonly", "htpasswd", "token", "tls", "mtls", "redirect"],
  args: (setting) => {
    const config = join(setting.folder, "config.yml");
    writeFileSync(config, distributionConfig(setting));
    return ["serve", config];
  },
  listening: /listening on 127\.0\.0\.1:(\d+)/,
  accessLog: "stdout",
  // Apache's combined format: address, two names, [time], "request line", status, bytes, ...
  accessLine: /\] "([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3}) /,
};

/** @type {Readonly<Record<string, Flavour>>} */
export const flavours = Object.freeze({
  distribution,
  "docker-registry": distribution,
  // Keeps everything in memory, and has no flag for the address: it listens on all interfaces.
  ggcr: {
    variants: ["open"],
    args: () => ["-port", "0"],
    listening: /serving on port (\d+)/,
    accessLog: "stderr",
    // It gives the status of failed requests only.
    accessLine: /^\S+ \S+ ([A-Z]+) (\/\S*)(?: (\d{3}) [A-Z_]+ .*)?$/,
  },
});
