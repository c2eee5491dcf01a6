import { type Answer, bytesAnswer, connectionCut, emptyAnswer, errorAnswer } from "../answer.js";
import { pause } from "../pause.js";
import { parseRoute } from "../route.js";
import type { FaultAction } from "./fault-rule.js";
import type { MetFault } from "./fault-set.js";

/** Carries out the faults that come before the registry's work; an answer means that there is no such work. */
export async function answerFromFaults(
  met: readonly MetFault[],
  closing: AbortSignal,
): Promise<Answer | undefined> {
  for (const { action, hit } of met) {
    if (action.kind === "delay") await pause(action.milliseconds, closing);
    if (action.kind === "run" && action.when !== "after") await action.run(hit);
    if (action.kind === "reset") return connectionCut;
    if (action.kind === "status") return statusAnswer(action);
    if (action.kind === "gone") {
      return errorAnswer(404, action.code ?? unknownCode(hit.path), "not here any more");
    }
    if (action.kind === "redirect") {
      const location = typeof action.location === "string" ? action.location : action.location(hit);
      return emptyAnswer(action.status ?? 307, { location });
    }
  }
  return undefined;
}

function statusAnswer(action: Extract<FaultAction, { kind: "status" }>): Answer {
  const { status, body = "", headers = {} } = action;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return bytesAnswer(status, bytes, lower);
}

function unknownCode(path: string): string {
  const route = parseRoute(path.split("?", 1)[0] ?? "");
  if (route?.kind === "blob") return "BLOB_UNKNOWN";
  if (route?.kind === "manifest") return "MANIFEST_UNKNOWN";
  return route?.kind === "upload" ? "BLOB_UPLOAD_UNKNOWN" : "NAME_UNKNOWN";
}
