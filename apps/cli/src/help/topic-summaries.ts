/** What `bale help TOPIC` explains. */
export const TOPIC_SUMMARIES = {
  config: "where settings come from, and every key",
  references: "how bundles are named",
  auth: "how bale signs in",
  storage: "where the bytes of files live",
  archives: "bundles in one file",
  roles: "how to take a part of a bundle",
  versions: "how versions are made, compared and taken back",
  "exit-codes": "what scripts can rely on",
  json: "what --json prints",
  plugins: "what extends bale",
  environment: "variables that bale reads",
} as const;
export type TopicName = keyof typeof TOPIC_SUMMARIES;
