import type { Digest, LongCallOptions } from "@bale/spec";

/** What a bundle has in one store. The bundle's own repository is named `registry`. */
export interface StoreUse {
  readonly name: string;
  /** `registry`, or the type that `bale.yaml` and the root name. */
  readonly type: string;
  /** The line that stands for this store in `trustedStores`; none for the registry, and where no plugin knows the type. */
  readonly line: string | undefined;
  readonly trusted: boolean;
  /** Whether `bale.yaml` declares it, or would if it were the registry. */
  readonly declared: boolean;
  readonly layers: readonly string[];
  readonly files: number;
  readonly blobs: number;
  /** Bytes as stored, each blob once. */
  readonly bytes: number;
  /** Why the store cannot be used, where that is known without asking it. */
  readonly problem: string | undefined;
}
/** The stores of a workspace or bundle. */
export interface StorageListResult {
  readonly reference: string | undefined;
  readonly manifest: Digest | undefined;
  readonly stores: readonly StoreUse[];
}

/** A rule of `bale.yaml` that decided; `number` counts from 1. */
export interface NamedRule {
  readonly number: number;
  readonly match: string | undefined;
  /** Bytes. */
  readonly largerThan: number | undefined;
  readonly store: string;
}
/** A blob that holds bytes of a path, and the store that it lies in. */
export interface StoredPlace {
  readonly store: string;
  readonly blob: Digest;
  /** Bytes of the whole blob. */
  readonly blobSize: number;
  /** The blob holds other files, too. */
  readonly packed: boolean;
}
/** Where the content of one path goes, and where it lies. */
export interface ExplainedPath {
  readonly path: string;
  readonly size: number;
  readonly layer: string;
  readonly tracked: boolean;
  /** What decides where new content of this path goes; none: no rule matches, or `fixed` says why none is asked. */
  readonly rule: NamedRule | undefined;
  /** Declarations stay with the index; links and files of no bytes need no blob. */
  readonly fixed: "declaration" | "link" | "empty" | undefined;
  readonly goesTo: string;
  /** Where its content lies now; `undefined`: the upstream does not have this path, or could not be asked. */
  readonly now: readonly StoredPlace[] | undefined;
  /** Whether the content that is stored now is what is here. */
  readonly stored: boolean;
}
/** What a push would send to one store. Upper bounds: packs are counted before they are compressed. */
export interface StoreCost {
  readonly store: string;
  readonly blobs: number;
  readonly bytes: number;
  readonly requests: number;
}
/** Which rules decide for which paths, and what a push would send where. */
export interface ExplainResult {
  readonly reference: string | undefined;
  readonly manifest: Digest | undefined;
  readonly paths: readonly ExplainedPath[];
  readonly push: readonly StoreCost[] | undefined;
  /** Why `push` is not there. */
  readonly pushProblem: string | undefined;
}
export interface ExplainOptions extends LongCallOptions {
  /** Paths or globs, as seen from `cwd`; none: every tracked path. */
  readonly paths?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
}

/** One step of trying out a store, and how it went. */
export interface StoreFinding {
  readonly what: string;
  readonly state: "works" | "missing" | "broken";
  readonly detail: string;
}
/** What trying out one store found. */
export interface StoreCheck {
  readonly name: string;
  readonly type: string;
  readonly line: string;
  /** `usable`: no garbage can be collected. `broken`: it alters, loses or refuses what a push needs. */
  readonly verdict: "ready" | "usable" | "broken";
  readonly findings: readonly StoreFinding[];
  /** What the probe had to leave there, since the store cannot delete. */
  readonly left: readonly string[];
}

export interface MigrateOptions extends LongCallOptions {
  /** In place of the upstream. */
  readonly reference?: string | undefined;
  /** A store's name or `registry`; none: where the rules of `bale.yaml` say. */
  readonly to?: string | undefined;
  /** Only what lies in this store now. */
  readonly from?: string | undefined;
  readonly layers?: readonly string[] | undefined;
  /** Globs; a blob moves when all files in it match. */
  readonly paths?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  readonly concurrency?: number | undefined;
}
/** Blobs that went from one store to another. */
export interface MigratedBlobs {
  readonly from: string;
  readonly to: string;
  readonly blobs: number;
  readonly bytes: number;
}
/** What a move between stores did; the content digest is the same before and after. */
export interface MigrateResult {
  readonly reference: string;
  readonly outcome: "migrated" | "nothing-to-do" | "dry-run";
  readonly manifest: Digest;
  readonly previous: Digest;
  readonly contentDigest: Digest;
  readonly moves: readonly MigratedBlobs[];
  /** Bytes that went over the wire; blobs that were there already are not sent. */
  readonly sentBytes: number;
  /** Blobs that stay since not all of their files were chosen, or the rules name several stores for them. */
  readonly mixedPacks: number;
}
