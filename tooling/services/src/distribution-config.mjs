import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The account of the variant "htpasswd". The colon is there because clients split "user:password" wrongly, the rest
 * because it looks different in each encoding.
 */
export const registryAccount = Object.freeze({ username: "u", password: "c0rrect:h0rse+battery/staple" });

// bcrypt of registryAccount.password with cost 5, made once: htpasswd is not on every machine.
const PASSWORD_HASH = "$2b$05$yCdgbj0W.E2Jr/eemhXCVOQ3tvO8ZpEgbPgxMMGy/s8egFeQaCdBC";

/**
 * The configuration of a CNCF distribution registry, 2.8 and 3 alike. JSON is YAML.
 * @param {import("./registry-flavours.mjs").RegistrySetting} setting
 * @returns {string}
 */
export function distributionConfig(setting) {
  const { variant } = setting;
  return JSON.stringify({
    version: "0.1",
    // The line with the port that the kernel chose is written at level info.
    log: { level: "info", accesslog: { disabled: false } },
    storage: {
      ...blobs(setting),
      delete: { enabled: variant !== "nodelete" },
      redirect: { disable: variant !== "redirect" },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: variant === "readonly" } },
    },
    http: { addr: "127.0.0.1:0", secret: "only-for-tests", ...transport(setting) },
    ...signIn(setting),
  });
}

/** @param {import("./registry-flavours.mjs").RegistrySetting} setting */
function blobs({ dataFolder, objects }) {
  if (!objects) return { filesystem: { rootdirectory: dataFolder } };
  return {
    s3: {
      accesskey: objects.store.accessKeyId,
      secretkey: objects.store.secretAccessKey,
      region: objects.store.region,
      regionendpoint: objects.store.endpoint,
      bucket: objects.bucket,
      secure: false,
      v4auth: true,
      forcepathstyle: true,
    },
  };
}

/** @param {import("./registry-flavours.mjs").RegistrySetting} setting */
function transport({ variant, certificates }) {
  if (!certificates) return {};
  const { certFile, keyFile } = certificates.server;
  const asked = variant === "mtls" ? { clientcas: [certificates.caFile] } : {};
  return { tls: { certificate: certFile, key: keyFile, ...asked } };
}

/** @param {import("./registry-flavours.mjs").RegistrySetting} setting */
function signIn({ folder, auth, tokens }) {
  if (auth === "htpasswd") {
    const path = join(folder, "htpasswd");
    writeFileSync(path, `${registryAccount.username}:${PASSWORD_HASH}\n`);
    return { auth: { htpasswd: { realm: "test", path } } };
  }
  if (auth !== "token" || !tokens) return {};
  const { realm, service, issuer } = tokens;
  const rootcertbundle = join(folder, "token.crt");
  writeFileSync(rootcertbundle, tokens.certificate);
  return { auth: { token: { realm, service, issuer, rootcertbundle } } };
}
