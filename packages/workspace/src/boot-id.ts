import { readFileSync } from "node:fs";

/** Names this run of the kernel, so that a crash of the machine can be told from one of a process. `undefined` where the system has none. */
export function readBootId(): string | undefined {
  try {
    const text = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
