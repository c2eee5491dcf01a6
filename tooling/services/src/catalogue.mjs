// Every program that the integration tests use, and its version: the one place to change a pin.
// `program` is the file name under which it is kept; two Go modules both call their binary "registry".

/**
 * What all entries may have.
 * @typedef {object} ServiceTier
 * @property {"nightly"} [tier]    left out of `npm run services` and of REQUIRE_SERVICES=all: its build takes minutes, or
 *   only nightly tests use it. `npm run services -- --nightly` builds it, REQUIRE_SERVICES=nightly means it too
 */

/**
 * @typedef {object} GoBuild
 * @property {"go"} from
 * @property {string} program    file name in the cache
 * @property {string} version    version of the Go module
 * @property {string} package    what `go install` takes, without the version
 */

/**
 * @typedef {object} DebianPackages
 * @property {"debian"} from
 * @property {string} program    file name on PATH
 * @property {readonly string[]} packages    names of Debian packages; the distribution chooses their versions
 * @property {readonly string[]} [needs]     other programs of these packages, without which it is of no use
 */

/**
 * @typedef {object} NpmPackage
 * @property {"npm"} from
 * @property {string} version
 * @property {string} package
 * @property {string} program    the script that Node runs, below the package's folder
 */

/**
 * @typedef {object} PythonPackage
 * @property {"python"} from
 * @property {string} version
 * @property {string} package    with its extras, without the version
 * @property {string} module     what `python -m` runs
 * @property {readonly string[]} [also]    further packages that it needs and does not ask for, pinned
 */

/** @typedef {(GoBuild | DebianPackages | NpmPackage | PythonPackage) & ServiceTier} Service */

/** @type {Readonly<Record<string, Service>>} */
export const catalogue = Object.freeze({
  distribution: {
    from: "go",
    program: "registry-distribution",
    version: "v3.1.2",
    package: "github.com/distribution/distribution/v3/cmd/registry",
  },
  ggcr: {
    from: "go",
    program: "registry-ggcr",
    version: "v0.22.1",
    package: "github.com/google/go-containerregistry/cmd/registry",
  },
  crane: {
    from: "go",
    program: "crane",
    version: "v0.22.1",
    package: "github.com/google/go-containerregistry/cmd/crane",
  },
  oras: {
    from: "go",
    program: "oras",
    version: "v1.3.6",
    package: "oras.land/oras/cmd/oras",
  },
  // Distribution 2.8, the line that most self-hosted registries still run.
  "docker-registry": { from: "debian", program: "docker-registry", packages: ["docker-registry"] },
  skopeo: { from: "debian", program: "skopeo", packages: ["skopeo"] },
  // An S3 gateway over a folder. Like the large stores it checks signatures, checksums and preconditions.
  versitygw: {
    from: "go",
    program: "versitygw",
    version: "v1.8.0",
    package: "github.com/versity/versitygw/cmd/versitygw",
  },
  // S3 in memory that lets every key in and checks no checksum.
  moto: { from: "python", package: "moto[server,s3]", version: "5.2.5", module: "moto.server" },
  // The bad gateway: it stores the trailer of a streamed upload as content, and knows no preconditions.
  s3rver: { from: "npm", package: "s3rver", version: "3.7.1", program: "bin/s3rver.js" },
  // The reference server of WebDAV in Python, over a folder.
  wsgidav: {
    from: "python",
    package: "wsgidav",
    version: "4.3.3",
    module: "wsgidav.server.server_cli",
    also: ["cheroot==11.1.2"],
  },
  "docker-credential-pass": {
    from: "debian",
    program: "docker-credential-pass",
    packages: ["golang-docker-credential-helpers", "pass", "gnupg"],
    needs: ["pass", "gpg", "gpgconf"],
  },
  nginx: { from: "debian", program: "nginx", packages: ["nginx"] },
  // A browser without a window, for the pages that bale writes.
  chromium: { from: "debian", program: "chromium", packages: ["chromium"] },
  azurite: {
    from: "npm",
    package: "azurite",
    version: "3.35.0",
    program: "dist/src/blob/main.js",
    tier: "nightly",
  },
  "fake-gcs-server": {
    from: "go",
    program: "fake-gcs-server",
    version: "v1.56.1",
    package: "github.com/fsouza/fake-gcs-server",
    tier: "nightly",
  },
  minio: {
    from: "go",
    program: "minio",
    version: "v0.0.0-20260212201848-7aac2a2c5b7c",
    package: "github.com/minio/minio",
    tier: "nightly",
  },
});

/** @type {readonly string[]} */
export const serviceNames = Object.freeze(Object.keys(catalogue));

/** What every run of the continuous build needs. @type {readonly string[]} */
export const everydayServiceNames = Object.freeze(
  serviceNames.filter((name) => catalogue[name]?.tier !== "nightly"),
);

/**
 * @param {string} name
 * @returns {Service}
 */
export function serviceNamed(name) {
  const service = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!service) throw new Error(`unknown service "${name}"; known: ${serviceNames.join(", ")}`);
  return service;
}
