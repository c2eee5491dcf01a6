// Loaded before a program: leaves its largest resident size, in bytes, in the file that the environment names.
import { readFileSync, writeFileSync } from "node:fs";

/** On Linux the resource usage counts from before the exec, so it would be that of whoever started the program. */
function peakKibibytes() {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (line) return Number(line[1]);
  } catch {
    // Another system.
  }
  return process.resourceUsage().maxRSS;
}

process.on("exit", () => {
  const file = process.env["BALE_TEST_PEAK_FILE"];
  if (file) writeFileSync(file, String(peakKibibytes() * 1024));
});
