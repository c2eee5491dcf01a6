/** The `bale.yaml` of a new workspace: every key, explained, none set but those that were asked for. */
export function projectTemplate(set: {
  readonly ref?: string | undefined;
  readonly artifactType?: string | undefined;
}): string {
  const line = (key: string, value: string | undefined, example: string): string =>
    value === undefined ? `# ${key}: ${example}` : `${key}: ${JSON.stringify(value)}`;
  return `# What this bundle is and how it is stored. This file travels with the bundle.
# bale help config explains every key.

# Where push and pull go, until you name another place.
${line("ref", set.ref, "ghcr.io/acme/models/malaria")}

# The type that registries show for the bundle.
${line("artifactType", set.artifactType, "application/vnd.acme.model.v1")}

# Layers: named groups of files, the first match counts; the rest is in the layer "default".
# layers:
#   code: ["src/**", "*.py"]
#   data: ["data/**"]

# Roles: which layers somebody needs. bale pull --role runtime fetches no byte of the others.
# roles:
#   runtime: [code]
#   training: [code, data]
# defaultRole: runtime

# Large files can live in a store of your own; everything else is in the registry.
# storage:
#   stores:
#     big: { type: s3, bucket: acme-bales, prefix: blobs, region: eu-west-1 }
#   rules:
#     - { largerThan: 50MB, store: big }

# Small files travel together.
# pack: { smallerThan: 1MiB, target: 32MiB, compression: gzip }
`;
}

/** The \`.baleignore\` of a new workspace. */
export const IGNORE_TEMPLATE = `# Files that are not part of the bundle, in the syntax of .gitignore.
# Version control, caches, node_modules, virtual environments and files of the operating system are ignored anyway;
# a line such as !node_modules/ takes one of them back.
`;
