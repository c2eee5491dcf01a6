import type { TopicPart } from "../topic-page.js";

export const storageTopic: readonly TopicPart[] = [
  {
    text: "Small files share packs, large ones are blobs of their own. Without rules all of them are in the registry, in the bundle's own repository. Rules in bale.yaml send some to other stores; the first rule that matches by glob and size counts.",
  },
  {
    sample:
      'storage:\n  stores:\n    share: { type: fs, path: /mnt/models }\n    big: { type: oci, registry: registry.example.com, repository: acme/blobs }\n  rules:\n    - { match: "src/**", store: registry }\n    - { match: "**/*.parquet", store: share }\n    - { largerThan: 50MB, store: big }',
  },
  {
    rows: [
      ["fs", "a folder of this machine or a mounted share: path, prefix"],
      ["oci", "the blobs of another repository: registry, repository"],
      [
        "s3",
        "a bucket of Amazon S3 or of a store that speaks its protocol: bucket, prefix, region, endpoint",
      ],
      ["azure", "a container of Azure Blob Storage: account, container, prefix"],
      ["gcs", "a bucket of Google Cloud Storage: bucket, prefix"],
    ],
  },
  {
    text: "Rules act on what is new; blobs that are somewhere stay there. A pull needs no rules: the index of a bundle says where everything is.",
  },
  {
    text: "A bundle from elsewhere must not choose which folders and servers this machine talks to. A store outside the public services is used only when your configuration trusts it; a refusal prints the line to add:",
  },
  { sample: 'trustedStores: ["fs:/mnt/models"]' },
  { text: "Every byte is checked against its digest, wherever it comes from." },
];
