// `npm test`: sets up what is missing, then runs the tests of all packages. Needs Node and npm only.
// All arguments go to vitest. Where TEST_COUNTS_FILE is set the counts go to that file and not to the last line.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareQuietly } from "./prepare-quietly.mjs";
import { rootFolder } from "./root-folder.mjs";
import { runCommand } from "./run-command.mjs";
import { countsLine, readCounts } from "./test-counts.mjs";

const countsFile = process.env["TEST_COUNTS_FILE"];
const report = join(rootFolder, ".cache", "vitest.json");
rmSync(report, { force: true });

// Some tests run the built command line, as users do. The others read sources, and say more than a failed build.
const { installed, built } = await prepareQuietly();
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const tested = installed ? await runCommand(["vitest", "run", ...reporters, ...process.argv.slice(2)]) : 1;
const status = tested || (built ? 0 : 1);
const counts = readCounts(report, status);
if (countsFile) writeFileSync(countsFile, JSON.stringify(counts));
else process.stdout.write(`\n${countsLine(counts)}\n`);
process.exitCode = counts.failed > 0 ? status || 1 : status;
