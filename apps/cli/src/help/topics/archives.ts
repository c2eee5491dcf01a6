import type { TopicPart } from "../topic-page.js";

export const archivesTopic: readonly TopicPart[] = [
  {
    sample:
      "bale export ghcr.io/acme/app:v1 -o app.tar\nbale import app.tar registry.example.com/acme/app\nbale import app.tar            a workspace in the folder app\nbale pull app.tar              an update for a workspace that has no network",
  },
  {
    text: "An archive is an OCI image layout in a tar: skopeo (oci-archive:app.tar), oras (--oci-layout app.tar:v1) and, unpacked, crane read it, and bale imports what they write. ls, show, cat, diff, verify, clone, pull, ensure and copy take FILE.tar wherever they take a reference. A pull from an archive leaves the upstream as it is.",
  },
  {
    text: "The same manifests under the same tags give the same bytes, from a registry, a layout or another archive, on every machine; so do .gz and .tgz. --role and --layer make a smaller bundle first. --files writes the files themselves as a plain tar.",
  },
  {
    text: "An import reads the archive to its end and checks every digest before anything is written anywhere. An archive that bale made must be, byte for byte, what bale wrote; do not compress it with other tools, name it .tar.gz instead. Archives hold regular files and folders only; anything else in them is refused.",
  },
  {
    text: "Blobs in external stores are brought along. An import writes them back to their stores, which must be trusted, or beside the others into a layout; --no-external leaves them out on either side.",
  },
  {
    text: "While an archive is read it is unpacked into the folder for temporary files (TMPDIR), which needs as much room as the archive has decoded.",
  },
];
