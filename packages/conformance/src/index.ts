export type { RemoteHarness } from "./remote/remote-harness.js";
export { remoteRepositoryConformance } from "./remote/remote-repository-conformance.js";
export type { TestApi } from "./test-api.js";
