import type { ConfigIssue } from "@bale/spec";
import { type Callable, functionOf } from "./bound-function.js";
import { isSchema } from "./check-config.js";
import { hostsProblem, isCredentialId, isPluginName, isScheme } from "./contribution-grammar.js";
import { type PluginAdapters, versionIssues } from "./spec-versions.js";

export interface TakenBlob {
  readonly scheme: string;
  readonly config: unknown;
  readonly open: Callable;
  readonly trust: Callable;
  readonly describe: Callable;
  readonly markUser: Callable | undefined;
  readonly listUsers: Callable | undefined;
}
export interface TakenRemote {
  readonly scheme: string;
  readonly open: Callable;
}
export interface TakenCredential {
  readonly id: string;
  readonly hosts: readonly string[] | undefined;
  readonly config: unknown;
  readonly open: Callable;
}
/** A copy of what a plugin contributes: each member is read once, so that none can change afterwards. */
export interface TakenPlugin {
  readonly name: string;
  readonly blobs: readonly TakenBlob[];
  readonly remotes: readonly TakenRemote[];
  readonly credentials: readonly TakenCredential[];
}

type Members = Readonly<Record<string, unknown>>;
type Read<Item> = { readonly item: Item } | { readonly problem: string };

function isRecord(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

function readBlob(item: Members): Read<TakenBlob> {
  const { scheme, config, markUser, listUsers } = item;
  const [open, trust, describe] = ["open", "trust", "describe"].map((name) => functionOf(item, name));
  if (!isScheme(scheme)) return { problem: "has no valid scheme" };
  if (!open) return { problem: "has no function open" };
  if (!isSchema(config))
    return { problem: "has no config with a function parse, and none of Standard Schema" };
  if (!trust) return { problem: "has no function trust" };
  if (!describe) return { problem: "has no function describe" };
  if (markUser !== undefined && typeof markUser !== "function")
    return { problem: "has a markUser that is no function" };
  if (listUsers !== undefined && typeof listUsers !== "function")
    return { problem: "has a listUsers that is no function" };
  const users = { markUser: functionOf(item, "markUser"), listUsers: functionOf(item, "listUsers") };
  return { item: { scheme, config, open, trust, describe, ...users } };
}

function readRemote(item: Members): Read<TakenRemote> {
  const { scheme } = item;
  const open = functionOf(item, "open");
  if (!isScheme(scheme)) return { problem: "has no valid scheme" };
  return open ? { item: { scheme, open } } : { problem: "has no function open" };
}

function readCredential(item: Members): Read<TakenCredential> {
  const { id, config, hosts } = item;
  const open = functionOf(item, "open");
  if (!isCredentialId(id)) return { problem: "has no id" };
  if (!open) return { problem: "has no function open" };
  if (!isSchema(config))
    return { problem: "has no config with a function parse, and none of Standard Schema" };
  const problem = hostsProblem(hosts);
  if (problem !== undefined) return { problem };
  return { item: { id, config, open, hosts: hosts === undefined ? undefined : [...(hosts as string[])] } };
}

function readList<Item>(
  value: unknown,
  name: string,
  issues: ConfigIssue[],
  read: (item: Members) => Read<Item>,
): readonly Item[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    issues.push({ path: [name], message: "is no list" });
    return [];
  }
  const items: readonly unknown[] = [...(value as readonly unknown[])];
  return items.flatMap((each, index) => {
    const found: Read<Item> = isRecord(each) ? read(each) : { problem: "is no object" };
    if ("item" in found) return [found.item];
    issues.push({ path: [name, index], message: found.problem });
    return [];
  });
}

/**
 * Reads a plugin of the present version. Nothing of it is run, but its members may be functions in disguise: what they throw comes out.
 * `issues` is empty for what can be used.
 */
export function readPlugin(
  value: unknown,
  adapters: PluginAdapters,
): { readonly plugin: TakenPlugin; readonly issues: readonly ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const members: Members = isRecord(value) ? value : {};
  if (!isRecord(value))
    return {
      plugin: { name: "", blobs: [], remotes: [], credentials: [] },
      issues: [{ path: [], message: "is no object" }],
    };
  issues.push(...versionIssues(members["specVersion"], adapters));
  const name = members["name"];
  if (!isPluginName(name)) issues.push({ path: ["name"], message: "is missing, or cannot be printed" });
  const plugin: TakenPlugin = {
    name: isPluginName(name) ? name : "",
    blobs: readList(members["blobs"], "blobs", issues, readBlob),
    remotes: readList(members["remotes"], "remotes", issues, readRemote),
    credentials: readList(members["credentials"], "credentials", issues, readCredential),
  };
  return { plugin, issues };
}
