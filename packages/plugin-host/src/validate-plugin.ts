import type { ConfigIssue, Plugin } from "@bale/spec";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function listIssues(
  value: unknown,
  name: string,
  check: (item: Readonly<Record<string, unknown>>) => string | undefined,
): ConfigIssue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ path: [name], message: "is no list" }];
  return value.flatMap((item: unknown, index): ConfigIssue[] => {
    const message = isRecord(item) ? check(item) : "is no object";
    return message === undefined ? [] : [{ path: [name, index], message }];
  });
}

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}$/;

function schemeProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof item["scheme"] !== "string" || !SCHEME.test(item["scheme"])) return "has no valid scheme";
  return typeof item["open"] === "function" ? undefined : "has no function open";
}

function blobProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  const missing = ["trust", "describe"].find((name) => typeof item[name] !== "function");
  const { markUser } = item;
  return (
    schemeProblem(item) ??
    configProblem(item) ??
    (missing === undefined ? undefined : `has no function ${missing}`) ??
    (markUser === undefined || typeof markUser === "function"
      ? undefined
      : "has a markUser that is no function")
  );
}

function configProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  const config = item["config"];
  return isRecord(config) && typeof config["parse"] === "function"
    ? undefined
    : "has no config with a function parse";
}

function credentialProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof item["id"] !== "string" || item["id"] === "") return "has no id";
  if (typeof item["open"] !== "function") return "has no function open";
  return configProblem(item);
}

/** What keeps a value from being a plugin of version 1. Nothing of it is run. */
export function pluginIssues(value: unknown): readonly ConfigIssue[] {
  if (!isRecord(value)) return [{ path: [], message: "is no object" }];
  const issues: ConfigIssue[] = [];
  if (value["specVersion"] !== 1)
    issues.push({
      path: ["specVersion"],
      message: `is ${String(value["specVersion"])}; this bale speaks version 1`,
    });
  if (typeof value["name"] !== "string" || value["name"] === "")
    issues.push({ path: ["name"], message: "is missing" });
  issues.push(...listIssues(value["blobs"], "blobs", blobProblem));
  issues.push(...listIssues(value["remotes"], "remotes", schemeProblem));
  issues.push(...listIssues(value["credentials"], "credentials", credentialProblem));
  return issues;
}

/** Whether a value is a plugin of version 1. */
export function isPlugin(value: unknown): value is Plugin {
  return pluginIssues(value).length === 0;
}
