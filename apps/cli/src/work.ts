// What commands load once they have something to do: one file in the bundle, since every file costs half a millisecond.

export { readUserConfig } from "@bale/workspace";
export { effectiveValues, placeOf, writeValue } from "./commands/config-values.js";
export { referenceOrUpstream } from "./commands/upstream-reference.js";
export { composeClient } from "./compose/compose-client.js";
export { createJournal } from "./compose/journal.js";
export { meantRegistries } from "./compose/meant-registries.js";
export { workspaceUpstream } from "./compose/workspace-upstream.js";
