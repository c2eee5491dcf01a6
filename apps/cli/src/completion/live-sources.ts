import type { CommandCall } from "../definition/command-call.js";
import { TOPIC_SUMMARIES } from "../help/topic-summaries.js";
import type { Candidate, CompletionSources } from "./complete-words.js";

// Somebody waits with a finger on the key.
const LONGEST_LOOK_MS = 1_500;

async function quietly<Value>(look: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await look();
  } catch {
    // Nothing is worth a message in the middle of a line that is being written.
    return otherwise;
  }
}

function repositoryOf(reference: string): string {
  return reference.replace(/@[^@]*$/, "").replace(/:[^/:]*$/, "");
}

/** Tags of the repository that was written, once there is a colon behind its name. */
async function tagsOf(call: CommandCall, repository: string): Promise<readonly Candidate[]> {
  if (call.settings.offline) return [];
  const { bale } = await call.client({ references: [repository] });
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(LONGEST_LOOK_MS)]);
  const tags = await bale.tags(repository, { signal });
  return tags.map((tag) => ({ value: `${repository}:${tag}`, says: "" }));
}

async function known(call: CommandCall): Promise<readonly Candidate[]> {
  const { workspaceUpstream } = await import("../work.js");
  const upstream = await workspaceUpstream(call.cwd);
  const { defaultRegistry } = call.settings;
  return [
    ...(upstream ? [{ value: upstream.reference, says: "the upstream" }] : []),
    ...(upstream ? [{ value: `${repositoryOf(upstream.reference)}:`, says: "its repository" }] : []),
    ...(defaultRegistry === undefined
      ? []
      : [{ value: `${defaultRegistry}/`, says: "the default registry" }]),
    { value: "oci:", says: "a layout on disk" },
  ];
}

async function declared(call: CommandCall) {
  const { workspaceDeclarations } = await import("../work.js");
  return workspaceDeclarations(call.cwd);
}

/** Candidates from the workspace and, for tags, from a registry, within a second and a half. */
export function liveSources(call: CommandCall): CompletionSources {
  return {
    references: (typed) =>
      quietly(async () => {
        const repository = repositoryOf(typed);
        if (typed.includes("@")) return [];
        return typed.length > repository.length && !repository.startsWith("oci")
          ? await tagsOf(call, repository)
          : await known(call);
      }, []),
    roles: () => quietly(async () => (await declared(call)).roles, []),
    layers: () => quietly(async () => (await declared(call)).layers, []),
    stores: () => quietly(async () => (await declared(call)).stores, []),
    topics: [
      ...Object.entries(TOPIC_SUMMARIES).map(([value, says]) => ({ value, says })),
      ...call.commands
        .filter(({ name }) => !name.includes(" "))
        .map(({ name, summary }) => ({ value: name, says: summary })),
    ],
  };
}
