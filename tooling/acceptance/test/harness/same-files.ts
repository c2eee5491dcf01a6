import { expect } from "vitest";
import { differences, snapshot } from "./snapshot.js";

/** Expects two folders to hold the same files, byte for byte; what bale keeps for itself does not count. */
export function sameFiles(found: string, expected: string): void {
  expect(differences(snapshot(found), snapshot(expected))).toEqual([]);
}
