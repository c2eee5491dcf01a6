import { createBale } from "@bale/sdk";
import { BaleError, type HttpClient } from "@bale/spec";
import type { Settings } from "../settings/settings.js";
import type { Client } from "./client.js";
import type { Journal } from "./journal.js";

/** Answers nothing: a command that works on this disk alone has nobody to ask. */
const NO_HTTP: HttpClient = {
  request: async () => {
    throw new BaleError({ code: "INTERNAL", message: "a local command made a request" });
  },
  [Symbol.asyncDispose]: async () => {},
};

/** A client for commands that make no request: without remotes, stores and credentials, which take most of the time to load. */
export function localClient(settings: Settings, journal: Journal): Client {
  const { config: user } = settings.user;
  const bale = createBale({
    plugins: [],
    http: NO_HTTP,
    user: {
      defaultRegistry: settings.defaultRegistry,
      trustedStores: user.trustedStores,
      stores: user.stores,
    },
    concurrency: settings.concurrency,
    fsync: settings.fsync,
    lockTimeoutMs: settings.lockTimeoutMs,
    offline: true,
    onNotice: journal.notice,
    log: journal.log,
  });
  return {
    bale,
    source: undefined,
    signIn: undefined,
    [Symbol.asyncDispose]: () => bale[Symbol.asyncDispose](),
  };
}
