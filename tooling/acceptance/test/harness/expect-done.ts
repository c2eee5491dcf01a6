import { expect } from "vitest";
import type { CommandResult } from "./bale-command.js";

/** The error that a command printed. */
export interface PrintedError {
  readonly code?: string;
  readonly message?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}
export const errorOf = (done: CommandResult): PrintedError => (done.document["error"] ?? {}) as PrintedError;

/** Expects a command to have worked, and returns its document. */
export function expectDone(done: CommandResult): CommandResult["document"] {
  expect(done.exit, done.stdout + done.stderr).toBe(0);
  return done.document;
}

/** Expects a command to have failed in this way, and returns its error. */
export function expectFailed(done: CommandResult, exit: number, code: string): PrintedError {
  const error = errorOf(done);
  expect([done.exit, error.code], done.stdout + done.stderr).toEqual([exit, code]);
  return error;
}
