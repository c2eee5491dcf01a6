// What commands load once they have something to do: one file in the bundle, since every file costs half a millisecond.

export { eraseCredential, saveCredential, storedNamespaces } from "@bale/auth-docker";
export { parseNamespace } from "@bale/sdk";
export { readUserConfig } from "@bale/workspace";
export { effectiveValues, placeOf, writeValue } from "./commands/config-values.js";
export { referenceOrUpstream } from "./commands/upstream-reference.js";
export { completeWords } from "./completion/complete-words.js";
export { liveSources } from "./completion/live-sources.js";
export { SCRIPTS } from "./completion/scripts.js";
export { answeringSources, describeAnswer, isSameCredential } from "./compose/answering-sources.js";
export { composeClient } from "./compose/compose-client.js";
export { examinePlugins } from "./compose/examine-plugins.js";
export { gcMarks } from "./compose/gc-marks.js";
export { createJournal } from "./compose/journal.js";
export { keptProfiles } from "./compose/kept-profiles.js";
export { listPlugins } from "./compose/list-plugins.js";
export { meantRegistries } from "./compose/meant-registries.js";
export { readPlan, writePlan } from "./compose/plan-file.js";
export { workspaceDeclarations } from "./compose/workspace-declarations.js";
export { workspaceUpstream } from "./compose/workspace-upstream.js";
export { writePage } from "./compose/write-page.js";
