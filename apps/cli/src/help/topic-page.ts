import type { TextStyle } from "../terminal/text-style.js";
import { wrapText } from "../terminal/wrap-text.js";
import { glossary } from "./help-layout.js";
import { TOPIC_SUMMARIES, type TopicName } from "./topic-summaries.js";
import { archivesTopic } from "./topics/archives.js";
import { authTopic } from "./topics/auth.js";
import { configTopic } from "./topics/config.js";
import { environmentTopic } from "./topics/environment.js";
import { exitCodesTopic } from "./topics/exit-codes.js";
import { jsonTopic } from "./topics/json.js";
import { pluginsTopic } from "./topics/plugins.js";
import { referencesTopic } from "./topics/references.js";
import { rolesTopic } from "./topics/roles.js";
import { storageTopic } from "./topics/storage.js";
import { versionsTopic } from "./topics/versions.js";

/** A part of a topic: a paragraph, a list of names and meanings, or text that keeps its lines. */
export type TopicPart =
  | { readonly text: string }
  | { readonly rows: readonly (readonly [name: string, meaning: string])[] }
  | { readonly sample: string };

const TOPICS: Readonly<Record<TopicName, readonly TopicPart[]>> = {
  config: configTopic,
  references: referencesTopic,
  auth: authTopic,
  storage: storageTopic,
  archives: archivesTopic,
  roles: rolesTopic,
  versions: versionsTopic,
  "exit-codes": exitCodesTopic,
  json: jsonTopic,
  plugins: pluginsTopic,
  environment: environmentTopic,
};

function partText(part: TopicPart, style: TextStyle): string {
  if ("rows" in part) return glossary(style, part.rows);
  if ("text" in part) return `${wrapText(part.text, style.width).join("\n")}\n`;
  return part.sample
    .split("\n")
    .map((line) => (line === "" ? "\n" : `    ${line}\n`))
    .join("");
}

/** `bale help TOPIC`. */
export function topicPage(name: TopicName, style: TextStyle): string {
  const parts = TOPICS[name].map((part) => partText(part, style));
  return `${style.bold(name)}: ${TOPIC_SUMMARIES[name]}\n\n${parts.join("\n")}`;
}
