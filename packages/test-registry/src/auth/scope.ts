import type { Route } from "../route.js";

/** A scope with its actions, as a challenge carries it. */
export interface Scope {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** Reads `type:name:action,action`; a name may hold colons. Undefined when it has fewer than three parts. */
export function parseScope(text: string): Scope | undefined {
  const first = text.indexOf(":");
  const last = text.lastIndexOf(":");
  if (first <= 0 || last <= first) return undefined;
  const actions = text
    .slice(last + 1)
    .split(",")
    .filter((action) => action !== "");
  return { type: text.slice(0, first), name: text.slice(first + 1, last), actions };
}

export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(",")}`;
}

/** One entry for each action, `type:name:action`. */
export function singleScopes(scope: Scope): readonly string[] {
  return scope.actions.map((action) => formatScope({ ...scope, actions: [action] }));
}

/** What a request needs. As in distribution, a mount also needs pull on its source, and DELETE an action of its own. */
export function requiredScopes(route: Route, method: string, query: URLSearchParams): readonly Scope[] {
  if (route.kind === "ping") return [];
  if (route.kind === "catalog") return [{ type: "registry", name: "catalog", actions: ["*"] }];
  const upload = route.kind === "uploads" || route.kind === "upload";
  const scope = (name: string, ...actions: string[]): Scope => ({ type: "repository", name, actions });
  if (method === "DELETE" && !upload) return [scope(route.repository, "delete")];
  if (!upload && (method === "GET" || method === "HEAD")) return [scope(route.repository, "pull")];
  const source = query.get("mount") === null ? null : query.get("from");
  const push = scope(route.repository, "pull", "push");
  return source === null || source === "" ? [push] : [push, scope(source, "pull")];
}
