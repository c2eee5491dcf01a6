import type {
  ExplainedPath,
  ExplainResult,
  MigrateResult,
  StorageListResult,
  StoreCheck,
  StoreFinding,
} from "@bale/sdk";
import { counted, formatBytes } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";
import type { TextStyle } from "../terminal/text-style.js";
import { section } from "./change-sections.js";
import { facts, names } from "./facts.js";

export function renderStores(style: TextStyle, { reference, stores }: StorageListResult): string {
  const head = reference === undefined ? "" : `${safe(reference)}\n`;
  const rows = stores.map((store) => [
    `  ${style.bold(safe(store.name))}`,
    safe(store.type),
    counted(store.files, "file"),
    counted(store.blobs, "blob"),
    formatBytes(store.bytes),
    store.trusted ? style.green("trusted") : style.yellow("not trusted"),
    safe(store.problem ?? store.line ?? names(store.layers) ?? ""),
  ]);
  return `${head}${table(rows, ["left", "left", "right", "right", "right", "left", "left"], style.width)}`;
}

function reason({ rule, fixed }: ExplainedPath): string {
  if (fixed === "declaration") return "declarations stay with the index";
  if (fixed === "link") return "a link is kept in the index";
  if (fixed === "empty") return "a file of no bytes needs no blob";
  if (!rule) return "no rule matches";
  const conditions = [
    rule.match === undefined ? undefined : safe(rule.match),
    rule.largerThan === undefined ? undefined : `larger than ${formatBytes(rule.largerThan)}`,
  ].filter((part) => part !== undefined);
  return `rule ${rule.number}: ${conditions.join(", ") || "everything"}`;
}

function lies({ now, stored }: ExplainedPath): string {
  if (!now) return "not stored yet";
  const places = now.map(({ store, packed }) => `${safe(store)}${packed ? " (pack)" : ""}`);
  const where = places.length === 0 ? "in the index" : `in ${places.join(", ")}`;
  return stored ? where : `older content ${where}`;
}

export function renderExplained(style: TextStyle, result: ExplainResult, limit: number): string {
  const lines = table(
    result.paths.map((each) => [
      `  ${safe(each.path)}${each.tracked ? "" : style.dim(" (not tracked)")}`,
      formatBytes(each.size),
      style.cyan(safe(each.goesTo)),
      reason(each),
      lies(each),
    ]),
    ["left", "right", "left", "left", "left"],
  )
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `${line}\n`);
  const files = section(
    style,
    "path, size, where new content goes, why, and where it lies now",
    lines,
    limit,
  );
  if (result.pushProblem !== undefined)
    return `${files}${style.yellow("a push would not go through:")} ${safe(result.pushProblem)}\n`;
  if (!result.push || result.push.length === 0) return `${files}a push would send no content\n`;
  const costs = result.push.map(({ store, blobs, bytes, requests }) => [
    `  ${safe(store)}`,
    counted(blobs, "blob"),
    `at most ${formatBytes(bytes)}`,
    `about ${counted(requests, "request")}`,
  ]);
  return `${files}${section(style, "a push would send", [table(costs, ["left", "right", "right", "right"])], limit)}`;
}

const PAINT: Readonly<Record<StoreFinding["state"], (style: TextStyle) => string>> = {
  works: (style) => style.green("works"),
  missing: (style) => style.yellow("missing"),
  broken: (style) => style.red("broken"),
};
const VERDICTS: Readonly<Record<StoreCheck["verdict"], string>> = {
  ready: "verdict: ready",
  usable: "verdict: usable: pushes and pulls work, garbage cannot be collected",
  broken: "verdict: not usable: data would be lost or refused",
};

export function renderChecks(style: TextStyle, stores: readonly StoreCheck[]): string {
  if (stores.length === 0) return "bale.yaml declares no store\n";
  return stores
    .map(({ name, line, findings, verdict, left }) => {
      const rows = table(
        findings.map(({ what, state, detail }) => [`  ${PAINT[state](style)}`, what, safe(detail)]),
      );
      const rest = left.map((locator) => `  ${style.dim("left there:")} ${safe(locator)}\n`).join("");
      return `${style.bold(safe(name))} ${safe(line)}\n${rows}${rest}${VERDICTS[verdict]}\n`;
    })
    .join("");
}

const MIGRATION_HEADS = {
  migrated: "migrated",
  "nothing-to-do": "nothing to migrate:",
  "dry-run": "would migrate",
} as const;

export function renderMigration(style: TextStyle, result: MigrateResult): string {
  const moves = result.moves.map(
    ({ from, to, blobs, bytes }) =>
      `  ${safe(from)} → ${safe(to)}: ${counted(blobs, "blob")}, ${formatBytes(bytes)}\n`,
  );
  const told = facts([
    ["digest", result.manifest],
    ["before", result.previous === result.manifest ? undefined : result.previous],
    ["content", result.contentDigest],
    ["sent", result.outcome === "migrated" ? formatBytes(result.sentBytes) : undefined],
    [
      "stay",
      result.mixedPacks > 0
        ? `${counted(result.mixedPacks, "pack")} of which only some files were chosen`
        : undefined,
    ],
  ]);
  return `${style.bold(MIGRATION_HEADS[result.outcome])} ${safe(result.reference)}\n${moves.join("")}${told}`;
}
