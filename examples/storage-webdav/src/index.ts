import type { BlobContribution, Plugin } from "@bale/spec";
import { type WebdavConfig, webdavConfig } from "./config.js";

const webdav: BlobContribution<WebdavConfig> = {
  scheme: "webdav",
  config: webdavConfig,
  // A bundle from elsewhere must not choose which servers this machine talks to, with its user's credentials.
  trust: ({ url }) => ({ kind: "needs-consent", line: `webdav:${url}` }),
  describe: ({ url }) => ({ url }),
  open: async (config, context) => (await import("./driver.js")).webdavDriver(config, context),
};

const plugin: Plugin = { specVersion: 1, name: "bale-storage-webdav", blobs: [webdav] };

export default plugin;
