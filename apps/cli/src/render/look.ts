import type {
  ListedFile,
  ListResult,
  LogResult,
  PullCost,
  RoleLayer,
  RolesResult,
  ShownLayer,
  ShownRole,
  ShowResult,
} from "@bale/sdk";
import { shortDigest } from "@bale/spec";
import { counted, formatBytes, formatCount } from "../terminal/format-amounts.js";
import { safe } from "../terminal/safe-text.js";
import { table } from "../terminal/table.js";
import type { TextStyle } from "../terminal/text-style.js";
import { facts } from "./facts.js";

const MARKS = { file: "-", exec: "x", link: "l" } as const;

export function renderList(_style: TextStyle, { files }: ListResult): string {
  return table(
    files.map((file) => [
      MARKS[file.kind],
      formatBytes(file.size),
      file.layer,
      file.target === undefined ? safe(file.path) : `${safe(file.path)} → ${safe(file.target)}`,
    ]),
    ["left", "right", "left", "left"],
  );
}

function layerTable(layers: readonly ShownLayer[]): string {
  return table(
    layers.map((layer) => [
      `  ${layer.name}`,
      counted(layer.files, "file"),
      formatBytes(layer.size),
      `${formatBytes(layer.storedSize)} in the registry`,
    ]),
    ["left", "right", "right", "right"],
  );
}

function roleTable(style: TextStyle, roles: readonly ShownRole[], defaultRole: string | undefined): string {
  return table(
    roles.map((role) => [
      `  ${role.name}${role.name === defaultRole ? " (default)" : ""}`,
      counted(role.files, "file"),
      formatBytes(role.size),
      role.layers.join(", "),
    ]),
    ["left", "right", "right", "left"],
    style.width,
  );
}

function renderFile(file: ListedFile): string {
  return facts([
    ["path", safe(file.path)],
    ["kind", file.kind],
    ["size", `${formatBytes(file.size)} (${formatCount(file.size)} bytes)`],
    ["digest", file.digest],
    ["layer", file.layer],
    ["target", file.target === undefined ? undefined : safe(file.target)],
    ["stores", file.stores],
  ]);
}

export function renderShow(style: TextStyle, result: ShowResult): string {
  const head = `${style.bold(safe(result.reference))}\n`;
  if (result.file) return `${head}${renderFile(result.file)}`;
  const parts = [
    `${head}${facts(
      [
        ["digest", result.manifest],
        ["content", result.contentDigest],
        ["made by", result.bale ? undefined : "another tool"],
        ["type", result.artifactType === undefined ? undefined : safe(result.artifactType)],
        ["envelope", result.envelope],
        ["exact", result.bale ? (result.exact ? "yes" : "no") : undefined],
        ["parent", result.parent],
        ["files", `${counted(result.files, "file")}, ${formatBytes(result.size)}`],
        ["manifest", counted(result.manifestLayers, "layer")],
        ["stores", result.stores.map(({ name, type }) => `${name} (${safe(type)})`)],
      ],
      style.width,
    )}`,
    `${style.bold("layers")}\n${layerTable(result.layers)}`,
  ];
  if (result.roles.length > 0)
    parts.push(`${style.bold("roles")}\n${roleTable(style, result.roles, result.defaultRole)}`);
  const annotations = Object.entries(result.annotations);
  if (annotations.length > 0)
    parts.push(
      `${style.bold("annotations")}\n${annotations.map(([key, value]) => `  ${safe(key)}=${safe(value)}\n`).join("")}`,
    );
  return parts.join("\n");
}

function pulled({ requests, bytes }: PullCost): string {
  return `${formatBytes(bytes)} in ${counted(requests, "request")}`;
}

function storesOf({ stores }: RoleLayer): string {
  return stores
    .map(({ store, blobs, bytes }) => `${safe(store)} ${formatBytes(bytes)} in ${counted(blobs, "blob")}`)
    .join(", ");
}

export function renderRoles(style: TextStyle, result: RolesResult): string {
  const roles = result.roles.map((role) => [
    `  ${style.bold(role.name)}${role.name === result.defaultRole ? " (default)" : ""}`,
    counted(role.files, "file"),
    formatBytes(role.size),
    pulled(role.pull),
    role.layers.join(", "),
  ]);
  const whole = [`  ${style.dim("everything")}`, "", "", pulled(result.all), ""];
  const layers = result.layers.map((layer) => [
    `  ${layer.name}`,
    counted(layer.files, "file"),
    formatBytes(layer.size),
    storesOf(layer),
  ]);
  return `${style.bold("roles")} of ${safe(result.reference)}, and what a first pull fetches\n${table(
    [...roles, whole],
    ["left", "right", "right", "right", "left"],
    style.width,
  )}\n${style.bold("layers")}, and where they lie\n${table(layers, ["left", "right", "right", "left"], style.width)}`;
}

export function renderTags(_style: TextStyle, tags: readonly string[]): string {
  return tags.map((tag) => `${safe(tag)}\n`).join("");
}

const ENDS: Readonly<Record<LogResult["end"], string>> = {
  beginning: "",
  gone: "the manifest before this one is gone\n",
  unknown: "the manifest before this one is not known\n",
  limit: "there is more before this\n",
};

export function renderLog(style: TextStyle, { entries, end }: LogResult): string {
  const blocks = entries.map(
    (entry) =>
      `${style.yellow(entry.manifest)}\n${facts([
        ["version", entry.version === undefined ? undefined : safe(entry.version)],
        ["created", entry.created === undefined ? undefined : safe(entry.created)],
        ["content", entry.contentDigest === undefined ? undefined : shortDigest(entry.contentDigest)],
        ...Object.entries(entry.annotations).map(([key, value]) => [safe(key), safe(value)] as const),
      ])}`,
  );
  return `${blocks.join("\n")}${ENDS[end] === "" ? "" : `\n${ENDS[end]}`}`;
}
