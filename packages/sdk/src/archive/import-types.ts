import type { Digest, LongCallOptions } from "@bale/spec";

export interface ImportOptions extends LongCallOptions {
  /** In place of a destination: a folder, absent or empty, that becomes a workspace. */
  readonly into?: string | undefined;
  /** Replaces tags of the destination that are elsewhere. */
  readonly force?: boolean | undefined;
  /** False leaves blobs of external stores in the archive. By default they go to their stores, or into the layout that is the destination. */
  readonly external?: boolean | undefined;
  readonly concurrency?: number | undefined;
  /** Reads and checks the whole archive, and writes nothing. */
  readonly dryRun?: boolean | undefined;
}
/** One bundle of an archive, and what became of it. */
export interface ImportedBundle {
  /** Its name in the archive. */
  readonly name: string | undefined;
  readonly manifest: Digest;
  /** What stands for it now; `undefined` where it became a workspace. */
  readonly reference: string | undefined;
  readonly outcome: "imported" | "unchanged" | "dry-run";
}
/** What an import brought. */
export interface ImportResult {
  readonly archive: string;
  /** Whether bale made it: then it was checked byte for byte, and not only blob by blob. */
  readonly own: boolean;
  readonly outcome: "imported" | "nothing-to-do" | "dry-run";
  readonly bundles: readonly ImportedBundle[];
  /** The workspace that was made. */
  readonly directory: string | undefined;
  readonly copiedBlobs: number;
  readonly copiedBytes: number;
  readonly reusedBlobs: number;
  /** Blobs of external stores that were brought along. */
  readonly externalBlobs: number;
  /** Blobs of external stores that are not in the archive. */
  readonly missingBlobs: number;
}
