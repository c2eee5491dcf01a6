export { composeClient } from "./compose-client.js";
export { createJournal } from "./journal.js";
export { meantRegistries } from "./meant-registries.js";
export { workspaceUpstream } from "./workspace-upstream.js";
