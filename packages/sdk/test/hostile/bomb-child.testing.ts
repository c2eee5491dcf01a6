import { existsSync, readFileSync } from "node:fs";
import { BaleError } from "@bale/spec";
import { testBale } from "../client.testing.js";

/** What one command made of a bomb, in a process of its own. Sizes are bytes. */
export interface BombReport {
  readonly code: string;
  readonly before: number;
  readonly peak: number;
}

/** Linux hands the peak of the process that started this one down in `maxRSS`; its own is in `/proc`. */
function peakMemory(): number {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (peak === undefined ? process.resourceUsage().maxRSS : Number(peak)) * 1024;
}

const [command, reference, cwd] = process.argv.slice(2) as [string, string, string];
const before = process.memoryUsage().rss;
let code = "TAKEN";
try {
  await using bale = testBale({ fsync: "never" });
  if (command === "ls") await bale.ls(reference);
  else await bale.clone({ reference, directory: "target", cwd });
} catch (error) {
  code = BaleError.is(error) ? error.code : `${error}`;
}
const report: BombReport = { code, before, peak: peakMemory() };
process.stdout.write(JSON.stringify(report));
