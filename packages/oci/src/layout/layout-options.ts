/** When written files and their folders are synced to disk. `auto` means always, since a layout may be the only copy. */
export type LayoutFsync = "auto" | "always" | "never";

export interface OpenLayoutOptions {
  /** The folder that has `oci-layout`, `index.json` and `blobs`. */
  readonly directory: string;
  /** Make the layout at the first write, when the folder is absent or empty. Default false: then it must be there. */
  readonly create?: boolean | undefined;
  readonly fsync?: LayoutFsync | undefined;
  /** Milliseconds to wait for another process that is writing `index.json`. Default 60,000. */
  readonly lockTimeoutMs?: number | undefined;
}
