import {
  BaleError,
  type BlobDriver,
  type BlobLocator,
  type CallOptions,
  type Digest,
  digestHex,
  type PluginContext,
} from "@bale/spec";
import type { WebdavConfig } from "./config.js";
import { read } from "./read.js";
import { createRequests } from "./requests.js";
import { stat } from "./stat.js";
import { makeCollections, write } from "./write.js";

function locate(digest: Digest): BlobLocator {
  const hex = digestHex(digest);
  return `webdav:blobs/${hex.slice(0, 2)}/${hex}` as BlobLocator;
}

function pathOf(locator: BlobLocator): string {
  return locator.slice("webdav:".length);
}

/** Blobs in a collection of a WebDAV server. */
export function webdavDriver({ url }: WebdavConfig, context: PluginContext): BlobDriver {
  const requests = createRequests(url, context);
  let prepared: Promise<void> | undefined;
  /** Uploads need a collection; it is made once, before the first of them. */
  const prepare = (call: CallOptions): Promise<void> => {
    prepared ??= makeCollections(requests, "uploads/", call).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  return {
    scheme: "webdav",
    limits: {},
    // The server keeps what it is sent, whatever that is: bale hashes it on its way there.
    verifiesDigest: false,
    locate,
    stat: async (locator, call = {}) => stat(requests, pathOf(locator), call),
    read: (locator, options = {}) => read(requests, pathOf(locator), options),
    write: async (locator, source, options) => {
      const call: CallOptions = { signal: options.signal };
      if (await stat(requests, pathOf(locator), call)) return "existed";
      await prepare(call);
      return write(requests, pathOf(locator), source, options);
    },
    // The client that the host gives has classified its failures already.
    classify: (cause) => (BaleError.is(cause) ? { kind: cause.kind, retry: cause.retry } : undefined),
    deletion: {
      delete: async (locator, call) => {
        const accept = [200, 204, 404, 409];
        const answer = await requests.send("DELETE", pathOf(locator), { ...call, accept });
        await answer.discard();
      },
    },
    // Connections are the client's, which belongs to the host.
    [Symbol.asyncDispose]: async () => {},
  };
}
