// What commands load that make no request; apart from the rest, which takes several times as long to load.
export { createJournal } from "./compose/journal.js";
export { localClient } from "./compose/local-client.js";
