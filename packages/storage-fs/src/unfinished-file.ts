import { randomUUID } from "node:crypto";
import { folderPath, type StoreFile } from "./locator.js";

const NAME = /^\.([0-9a-f]{64})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.tmp$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A name for one writing. */
export function unfinishedId(): string {
  return randomUUID();
}
export function isUnfinishedId(id: string): boolean {
  return ID.test(id);
}

/** Where a file is written before it has its own name: in its folder, under what no listing takes for a blob. */
export function unfinishedPath({ folders, name, root }: StoreFile, id: string): string {
  return `${folderPath(root, folders)}/.${name}.${id}.tmp`;
}

/** What an unfinished file is to become; `undefined` for any other name. */
export function parseUnfinished(name: string): { readonly hex: string; readonly id: string } | undefined {
  const [, hex, id] = NAME.exec(name) ?? [];
  return hex === undefined || id === undefined ? undefined : { hex, id };
}
