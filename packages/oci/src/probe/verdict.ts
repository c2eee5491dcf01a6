import type { CapabilityFinding, HealthVerdict } from "@bale/spec";
import { CAPABILITIES, type CapabilityId } from "./capabilities.js";
import type { PushRefusal } from "./probe.js";

/** A few words for the verdict on what is not as it should be. */
const WORDS: Partial<Record<CapabilityId, string>> = {
  "upload-whole": "one PUT stores nothing",
  "upload-size": "large bodies are refused",
  "upload-parallel": "only a few uploads at once",
  "blob-digest-check": "the registry checks no digest of a blob",
  chunks: "no chunks",
  "chunk-size": "small chunks only",
  range: "no ranges",
  "envelope-native": "the compatible envelope only",
  "manifest-blob-check": "the registry does not look for blobs that a manifest names",
  "manifest-size": "small manifests only",
  "manifest-layers": "few layers in a manifest",
  "tag-move": "tags cannot be moved",
  referrers: "referrers are kept in a tag",
  "delete-tag": "deletes of tags are off",
  "delete-manifest": "deletes of manifests are off",
  "rate-limit": "requests are limited",
  warning: "the registry warns",
};

interface Judged {
  readonly findings: readonly CapabilityFinding[];
  readonly refusal: PushRefusal | undefined;
}

function pullWords(findings: readonly CapabilityFinding[]): string {
  const states = findings
    .filter(({ id }) => id === "blob-read" || id === "manifest-read")
    .map(({ state }) => state);
  if (states.every((state) => state === "works")) return "pulls work";
  return states.includes("missing")
    ? "pulls do not work either"
    : "pulls could not be tried, for there is nothing to read";
}

function wordsOf(findings: readonly CapabilityFinding[], weight: "limit" | "aside"): string[] {
  const weighty = new Set<string>(CAPABILITIES.filter((each) => each.weight === weight).map(({ id }) => id));
  const found = findings.filter(
    ({ id, state }) => weighty.has(id) && (state === "missing" || state === "limited"),
  );
  const said = found.map(({ id }) => WORDS[id as CapabilityId] ?? id);
  const off = ["deletes of tags are off", "deletes of manifests are off"];
  return off.every((each) => said.includes(each))
    ? [...said.filter((each) => !off.includes(each)), "deletes are off"]
    : said;
}

function notUsable(line: string, exit: number): HealthVerdict {
  return { state: "not usable", line: `not usable: ${line}`, exit };
}

/** What all findings together mean for somebody who wants to push and pull. */
export function judge({ findings, refusal }: Judged): HealthVerdict {
  if (refusal) return notUsable(`${refusal.words}; ${pullWords(findings)}`, refusal.exit);
  const bad = findings.find(
    ({ id, state }) => (id === "blob-read" || id === "manifest-read") && state === "missing",
  );
  if (bad) return notUsable(bad.line, 10);
  const stored = findings.some(
    ({ id, state }) => (id === "upload-whole" || id === "chunks") && state === "works",
  );
  if (!stored) return notUsable("no blob can be stored", 10);
  const limits = wordsOf(findings, "limit");
  const whole = findings.find(({ id }) => id === "upload-whole");
  if (whole?.state === "missing") limits.unshift(WORDS["upload-whole"] ?? "");
  const asides = wordsOf(findings, "aside");
  const rest = asides.length === 0 ? "" : `; ${asides.join(", ")}`;
  if (limits.length === 0) return { state: "ready", line: `ready: push and pull work${rest}`, exit: 0 };
  return {
    state: "usable with limits",
    line: `usable with limits: push and pull work; ${limits.join(", ")}${rest}`,
    exit: 0,
  };
}
