import type { ExaminedPlugin, PluginCheck, PluginExamination } from "../compose/examine-plugins.js";
import type { ListedPlugin, PluginProblem } from "../compose/list-plugins.js";
import { counted } from "../terminal/format-amounts.js";
import { safe, safeLines } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";
import type { TextStyle } from "../terminal/text-style.js";

function contributes({ known, stores, remotes, credentials }: ListedPlugin): string {
  if (!known) return "known once it is loaded";
  const parts = [
    ...stores.map((type) => `store ${type}`),
    ...remotes.map((scheme) => `remote ${scheme}`),
    ...credentials.map((id) => `credentials ${id}`),
  ];
  return safe(parts.join(", ") || "nothing");
}

function where({ place, path }: ListedPlugin): string {
  return path === undefined ? place : `${place}: ${safe(path)}`;
}

function stateOf(style: TextStyle, { state, loaded }: ListedPlugin): string {
  if (state === "ready") return loaded ? "loaded" : "on demand";
  return state === "off" ? style.dim("off") : style.red(state === "not-allowed" ? "not allowed" : "unusable");
}

function advice(style: TextStyle, { message, why, fix, code }: PluginProblem): string {
  const lines = (label: string, text: string | undefined): string[] =>
    text === undefined
      ? []
      : safeLines(text)
          .split("\n")
          .map((line, at) => `      ${at === 0 ? `${label}: ` : "     "}${line}\n`);
  return [
    `    ${safe(message)} ${style.dim(`[${safe(code)}]`)}\n`,
    ...lines("why", why),
    ...lines("fix", fix),
  ].join("");
}

/** Every plugin: what it is called, where it is from, what it contributes, and who asked for it. */
export function renderPlugins(style: TextStyle, plugins: readonly ListedPlugin[]): string {
  const rows = plugins.map((plugin) => [
    safe(plugin.name),
    safe(plugin.version ?? "-"),
    stateOf(style, plugin),
    contributes(plugin),
    plugin.requestedBy.map(safe).join(", "),
    where(plugin),
  ]);
  const problems = plugins.flatMap((plugin) => (plugin.problem ? [advice(style, plugin.problem)] : []));
  return table(rows) + problems.join("");
}

function checkLine(style: TextStyle, { what, outcome, problem }: PluginCheck): string {
  const mark = {
    ok: style.green("ok"),
    failed: style.red("failed"),
    skipped: style.dim("needs the network"),
  }[outcome];
  return `  ${mark}  ${safe(what)}\n${problem ? advice(style, problem) : ""}`;
}

function renderExamined(style: TextStyle, plugin: ExaminedPlugin): string {
  const head = `${style.bold(safe(plugin.name))} ${safe(plugin.version ?? "")} (${where(plugin)})`.replace(
    "  ",
    " ",
  );
  const nothing =
    plugin.checks.length === 0 ? `  ${style.dim(plugin.state === "off" ? "off" : "not looked at")}\n` : "";
  return `${head}\n${nothing}${plugin.checks.map((check) => checkLine(style, check)).join("")}`;
}

/** What was tried with each plugin, and what is wrong. */
export function renderExamination(style: TextStyle, { plugins, problems }: PluginExamination): string {
  const together = problems.filter(({ plugin }) => plugin === "").map((problem) => advice(style, problem));
  const verdict =
    problems.length === 0 ? style.green("nothing is wrong") : style.red(counted(problems.length, "problem"));
  return `${plugins.map((plugin) => renderExamined(style, plugin)).join("")}${together.join("")}${verdict}\n`;
}
