import { cleanListings, type ListingQuirks } from "./listing-quirks.js";
import { cleanManifests, type ManifestQuirks } from "./manifest-quirks.js";
import { cleanReads, type ReadQuirks } from "./read-quirks.js";
import { cleanService, type ServiceQuirks } from "./service-quirks.js";
import { cleanUploads, type UploadQuirks } from "./upload-quirks.js";

/** Every way in which the registry may differ from the distribution spec 1.1. */
export interface Quirks extends ReadQuirks, UploadQuirks, ManifestQuirks, ListingQuirks, ServiceQuirks {}

/** The registry as the spec wants it, all optional parts included. */
export const noQuirks: Quirks = {
  ...cleanReads,
  ...cleanUploads,
  ...cleanManifests,
  ...cleanListings,
  ...cleanService,
};
