import type { RawOutcome } from "./hash-file.js";

export interface FileOrder {
  readonly path: string;
  readonly link: boolean;
  readonly follow: boolean;
}
/** To a worker. */
export type HashOrder =
  | {
      readonly type: "files";
      readonly id: number;
      readonly files: readonly FileOrder[];
      /** One 32-bit number; anything but 0 stops at the next mebibyte. */
      readonly stop: SharedArrayBuffer;
    }
  | {
      readonly type: "follow";
      readonly id: number;
      readonly path: string;
      readonly size: number;
      /** One 64-bit number: how many bytes from the start are written; negative to stop. */
      readonly available: SharedArrayBuffer;
    };
/** From a worker. */
export type HashReport =
  | { readonly type: "progress"; readonly id: number; readonly bytes: number }
  | { readonly type: "done"; readonly id: number; readonly outcomes: readonly RawOutcome[] }
  | { readonly type: "followed"; readonly id: number; readonly hex: string | undefined };
