import { rmSync } from "node:fs";
import { readLock, tryCreateLock } from "./lock-file.js";
import { isProvedDead, type LockRecord } from "./process-identity.js";

/**
 * Gets the one right to remove the lock with this token. The right is a file named after the token: a token that is dead never lives again, so
 * whoever holds the right cannot take away a lock that somebody took in the meantime. If its holder died too, the right to remove the right
 * is got in the same way.
 */
function takeRight(path: string, token: string, own: LockRecord): boolean {
  const right = `${path}.break-${token}`;
  if (tryCreateLock(right, own)) return true;
  const seen = readLock(right);
  if (seen?.kind !== "held" || !isProvedDead(seen.record, own)) return false;
  if (!takeRight(path, seen.record.token, own)) return false;
  rmSync(`${path}.break-${seen.record.token}`, { force: true });
  return true;
}

/** Removes the lock of a process that is proved dead. Returns whether it is worth trying to lock again at once. */
export function breakDeadLock(path: string, dead: LockRecord, own: LockRecord): boolean {
  if (!takeRight(path, dead.token, own)) return false;
  const seen = readLock(path);
  // Somebody with the right may have been faster; then the lock is another's now.
  if (seen?.kind === "held" && seen.record.token === dead.token) rmSync(path, { force: true });
  rmSync(`${path}.break-${dead.token}`, { force: true });
  return true;
}
