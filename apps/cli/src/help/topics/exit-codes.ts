import { EXIT_MEANINGS } from "../exit-meanings.js";
import type { TopicPart } from "../topic-page.js";

export const exitCodesTopic: readonly TopicPart[] = [
  { rows: Object.entries(EXIT_MEANINGS).map(([code, meaning]) => [code, meaning] as const) },
  {
    text: "Every failure also has a name in brackets, such as TAG_MOVED, which never changes. With --json it is error.code. Scripts rely on codes and names, never on the text.",
  },
];
