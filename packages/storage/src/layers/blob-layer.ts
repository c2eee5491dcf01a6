import type { BlobDriver } from "@bale/spec";

/** Layers are functions from driver to driver: they compose, and the result passes the conformance suite like any driver. */
export type BlobLayer = (inner: BlobDriver) => BlobDriver;
