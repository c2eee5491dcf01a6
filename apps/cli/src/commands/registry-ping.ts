import type { PingReport } from "@bale/sdk";
import { BaleError, isRegistryHost, type PingVerdict } from "@bale/spec";
import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { type PingDocument, renderPing } from "../render/ping.js";

const EXITS: Readonly<Record<PingVerdict, number>> = {
  ready: 0,
  refused: 4,
  unreachable: 7,
  "no-registry": 10,
};

/** A plugin's remote may say no more than whether it is there. */
function plainVerdict({ reachable, authenticated }: PingReport): PingVerdict {
  if (!reachable) return "unreachable";
  return authenticated ? "ready" : "refused";
}

function documentOf({ details, ...report }: PingReport): PingDocument {
  if (!details) return { ...report, verdict: plainVerdict(report) };
  const { firstMs: _, identity, tls, verdict, warmMs, ...others } = details;
  return {
    ...report,
    verdict,
    ...others,
    ...(verdict === "ready" ? { identity: identity ?? "anonymous" } : {}),
    ...(tls ? { tls: { ...tls, validTo: tls.validTo.toISOString() } } : {}),
    ...(warmMs === undefined ? {} : { warmLatencyMs: Math.round(warmMs) }),
  };
}

export const registryPing: CommandDefinition = {
  name: "registry ping",
  group: "registry",
  summary: "Ask whether a registry answers, how it is reached, and whether it takes your credentials",
  details: [
    "Nothing is changed and nothing is read but the answer to /v2/. Exit code 4: it wants credentials, or did not accept yours. 7: no connection, no accepted certificate or no answer. 10: something answers that is no registry.",
  ],
  args: [{ syntax: "<host>", help: "host, with a port if it has one" }],
  options: [],
  examples: [
    { command: "bale registry ping ghcr.io", says: "with the credentials that a push would use" },
    { command: "bale registry ping localhost:5000", says: "a registry on this machine" },
  ],
  exits: [2, 4, 7, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const host = call.args[0] ?? "";
    if (!isRegistryHost(host))
      throw new BaleError({
        code: "REFERENCE_INVALID",
        message: `not a registry: ${JSON.stringify(host.slice(0, 300))}`,
        why: "a registry is a host with an optional port, without scheme and path",
        fix: "write ghcr.io or localhost:5000",
      });
    const bale = await clientFor(call, `${host}/ping`);
    const document = documentOf(await bale.ping(host, longCall(call)));
    return {
      kind: "document",
      document,
      text: (style) => renderPing(style, document),
      exit: EXITS[document.verdict],
    };
  },
};
