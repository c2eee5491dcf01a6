// Every program that the integration tests use, and its version: the one place to change a pin.
// `program` is the file name under which it is kept; two Go modules both call their binary "registry".

/**
 * @typedef {object} GoService
 * @property {"go"} from
 * @property {string} program    file name in the cache
 * @property {string} version    version of the Go module
 * @property {string} package    what `go install` takes, without the version
 */

/**
 * @typedef {object} DebianService
 * @property {"debian"} from
 * @property {string} program    file name on PATH
 * @property {string} package    name of the Debian package; the distribution chooses its version
 */

/** @type {Readonly<Record<string, GoService | DebianService>>} */
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
  "docker-registry": { from: "debian", program: "docker-registry", package: "docker-registry" },
  skopeo: { from: "debian", program: "skopeo", package: "skopeo" },
});

/** @type {readonly string[]} */
export const serviceNames = Object.freeze(Object.keys(catalogue));

/**
 * @param {string} name
 * @returns {GoService | DebianService}
 */
export function serviceNamed(name) {
  const service = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!service) throw new Error(`unknown service "${name}"; known: ${serviceNames.join(", ")}`);
  return service;
}
