import type { TopicPart } from "../topic-page.js";

export const referencesTopic: readonly TopicPart[] = [
  {
    rows: [
      ["ghcr.io/acme/app:v1", "a tag in a registry; without a tag, latest"],
      ["ghcr.io/acme/app@sha256:...", "exact content; it cannot be pushed to"],
      ["ghcr.io/acme/app:v1@sha256:...", "the digest decides; the tag is for people"],
      ["localhost:5000/app:v1", "a registry on this machine"],
      [
        "models/malaria:1",
        "a short name, completed from defaultRegistry: with ghcr.io/acme it is ghcr.io/acme/models/malaria:1",
      ],
      ["oci:DIR:v1", "an OCI image layout on disk; it is made at the first push"],
      [
        "FILE.tar",
        "an archive, also .tar.gz and .tgz; FILE.tar:v1 or FILE.tar@sha256:... for one bundle of several",
      ],
      ["REF//PATH", "one file of a bundle, for show and cat"],
    ],
  },
  {
    text: "A short name may have parts of its own, and so may the namespace of defaultRegistry: with ghcr.io/acme/research, deep/malaria:1 is ghcr.io/acme/research/deep/malaria:1. A name that begins with a host or with oci:, or that names an archive, is never completed.",
  },
  {
    text: "A first part with a dot or a colon, or localhost, is a host. localhost, *.localhost, 127.0.0.0/8 and ::1 speak http; every other host speaks https, unless --plain-http or registries.HOST.plainHttp says otherwise. https never falls back to http.",
  },
  {
    text: "A command looks a tag up once and works with its digest from then on. Every result that names a tag names the digest as well.",
  },
];
