import { join } from "node:path";

/**
 * @typedef {object} RegistryOptions
 * @property {"open" | "nodelete" | "readonly" | "htpasswd" | "token" | "tls" | "mtls" | "redirect"} [variant]
 *   "tls" speaks https with an authority of its own; "mtls" asks for a client certificate of it too; "redirect" keeps
 *   its blobs in `objectStore`, and answers a GET with 307 to a presigned address there
 * @property {"htpasswd" | "token"} [auth]    sign-in for the variants that are not named after one
 * @property {string} [dataFolder]    serves what an earlier registry stored there, and is not removed
 * @property {import("./token-service.mjs").TokenService} [tokens]    the service whose tokens are accepted
 * @property {import("./certificates.mjs").Certificates} [certificates]    for TLS, in place of new ones
 * @property {import("./start-object-store.mjs").ObjectStore} [objectStore]
 */

/**
 * @param {string} folder
 * @param {RegistryOptions} options
 * @returns {Promise<import("./registry-flavours.mjs").RegistrySetting>}
 */
export async function registrySetting(folder, options) {
  const { variant = "open", tokens, objectStore } = options;
  const auth = variant === "htpasswd" || variant === "token" ? variant : options.auth;
  if (auth === "token" && !tokens) throw new Error("the variant token needs a token service");
  return {
    folder,
    variant,
    auth,
    tokens,
    dataFolder: options.dataFolder ?? join(folder, "data"),
    certificates: await certificatesFor(folder, options),
    objects: variant === "redirect" ? await newBucket(objectStore) : undefined,
  };
}

/**
 * @param {string} folder
 * @param {RegistryOptions} options
 */
async function certificatesFor(folder, { variant, certificates }) {
  if (certificates) return certificates;
  if (variant !== "tls" && variant !== "mtls") return undefined;
  // Loaded only here: a registry without TLS can then be started where the workspace is not built.
  const { makeCertificates } = await import("./certificates.mjs");
  return makeCertificates(join(folder, "certificates"));
}

/** @param {import("./start-object-store.mjs").ObjectStore | undefined} store */
async function newBucket(store) {
  if (!store) throw new Error("the variant redirect needs an object store");
  const bucket = "registry";
  await store.createBucket(bucket);
  return { store, bucket };
}
