import { testBale } from "../client.testing.js";

/** One command in a process of its own, which a test kills. `arguments`: the workspace, and what to do in it. */
const [root, command] = process.argv.slice(2) as [string, string];
await using bale = testBale();
const workspace = await bale.workspace(root);
process.stdout.write("ready\n");
if (command === "push") await workspace.push();
else await workspace.pull({ overwrite: true });
