import { copyFileSync } from "node:fs";
import shared from "@bale/tooling-tsup";

// The worker is a file of its own: a thread is started from it by URL. What it shares with this thread is JavaScript, whose
// declarations are written by hand, and tsc copies no declarations.
export default {
  ...shared,
  entry: ["src/index.ts", "src/hash-worker.js"],
  onSuccess: async () => copyFileSync("src/hash-file.d.ts", "dist/hash-file.d.ts"),
};
