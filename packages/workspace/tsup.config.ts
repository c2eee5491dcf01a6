import shared from "@bale/tooling-tsup";

// The worker is a file of its own: a thread is started from it by URL.
export default { ...shared, entry: ["src/index.ts", "src/hash-worker.js"] };
