import type { ProgressMode } from "../settings/settings.js";
import { jsonView } from "./json-view.js";
import { plainView } from "./plain-view.js";
import type { ProgressPorts, ProgressView } from "./progress-view.js";
import { ttyView } from "./tty-view.js";

/** `auto`: drawn lines on a terminal with somebody in front of it, plain ones elsewhere. */
export function resolveProgressMode(
  asked: ProgressMode,
  where: {
    readonly isTty: boolean;
    readonly automated: boolean;
    readonly dumb: boolean;
    readonly quiet: boolean;
  },
): Exclude<ProgressMode, "auto"> {
  if (where.quiet && asked !== "json") return "none";
  if (asked !== "auto") return asked;
  return where.isTty && !where.automated && !where.dumb ? "tty" : "plain";
}

export function openProgress(mode: Exclude<ProgressMode, "auto">, ports: ProgressPorts): ProgressView {
  switch (mode) {
    case "tty":
      return ttyView(ports);
    case "plain":
      return plainView(ports);
    case "json":
      return jsonView(ports);
    case "none":
      return { onProgress: () => {}, print: ports.write, close: () => {} };
  }
}
