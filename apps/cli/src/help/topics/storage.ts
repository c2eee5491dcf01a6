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
    rows: [
      [
        "bale storage explain data/x.parquet",
        "which rule decides, where it lies now, what a push would send",
      ],
      ["bale storage check big", "try the store with a small object before data is entrusted to it"],
      ["bale storage migrate --dry-run", "what the rules would move of what is stored already"],
      ["bale copy SRC DST --external inline", "a copy that needs no store but its own repository"],
      ["bale gc --store big", "mark what no version of any user needs; a later run removes it"],
      ["bale gc --uploads", "give up uploads that were begun and never finished"],
    ],
  },
  {
    text: "A store knows its users: the first push of a repository leaves a marker there. Garbage is collected only when every tag of every user, and all they came from, can be read.",
  },
  {
    text: "A bundle from elsewhere must not choose which folders and servers this machine talks to. A store outside the public services is used only when your configuration trusts it; a refusal prints the line to add:",
  },
  { sample: 'trustedStores: ["fs:/mnt/models"]' },
  { text: "Every byte is checked against its digest, wherever it comes from." },
];
