import type { CapabilityState, RegistryHealth } from "@bale/spec";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import type { TextStyle } from "../terminal/text-style.js";

const WORDS: Readonly<Record<CapabilityState, (style: TextStyle) => string>> = {
  works: (style) => style.green("works"),
  limited: (style) => style.yellow("limited"),
  missing: (style) => style.red("missing"),
  "not tried": (style) => style.dim("not tried"),
};

/** What `bale registry doctor` prints: a line and what bale does about it for each finding, and the verdict last. */
export function renderHealth(style: TextStyle, health: RegistryHealth, kept: string | undefined): string {
  const { registry, repository, findings, scratch, requests, sentBytes, verdict } = health;
  const width = Math.max(...findings.map(({ id }) => id.length));
  const blocks = findings.map(({ id, state, line, bale }) => {
    const about =
      state === "works" || state === "not tried" ? "" : `  ${" ".repeat(width)}  bale ${safe(bale)}\n`;
    return `  ${id.padEnd(width)}  ${WORDS[state](style)}: ${safe(line)}\n${about}`;
  });
  const left = scratch.left.map((each) => `  ${style.yellow("left there")}  ${safe(each)}\n`).join("");
  const asked =
    requests === 0 ? "" : `  asked ${counted(requests, "request")}, sent ${formatBytes(sentBytes)}\n`;
  const where = kept === undefined ? "" : `  kept in ${safe(kept)}\n`;
  const paint = { ready: style.green, "not usable": style.red } as const;
  const painted =
    verdict.state === "ready" || verdict.state === "not usable"
      ? paint[verdict.state](safe(verdict.line))
      : style.yellow(safe(verdict.line));
  return `${style.bold(safe(`${registry}/${repository}`))}\n${blocks.join("")}${left}${asked}${where}verdict: ${painted}\n`;
}
