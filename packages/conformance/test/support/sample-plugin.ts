import {
  BaleError,
  type BlobContribution,
  type BlobLocator,
  type CredentialContribution,
  type Plugin,
  secret,
} from "@bale/spec";
import { memoryDriver } from "@bale/storage";

interface ShelfConfig {
  readonly shelf: string;
}
/** What stands on which shelf, and who left a marker there. */
export interface Shelves {
  readonly blobs: Map<string, Map<BlobLocator, Uint8Array>>;
  readonly users: Map<string, Set<string>>;
}

export const MANIFEST = {
  specVersion: 1,
  blobs: ["shelf"],
  credentials: [{ id: "label", hosts: ["*.shelf.example"] }],
};

function shelfContribution({ blobs, users }: Shelves): BlobContribution<ShelfConfig> {
  const names = new WeakMap<object, string>();
  return {
    scheme: "shelf",
    config: {
      parse: (input) => {
        const { type: _type, shelf, ...others } = input as Readonly<Record<string, unknown>>;
        const [unknown] = Object.keys(others);
        if (unknown !== undefined)
          return { ok: false, error: [{ path: [unknown], message: "is no member of a shelf" }] };
        return typeof shelf === "string" && /^[a-z]{1,20}$/.test(shelf)
          ? { ok: true, value: { shelf } }
          : { ok: false, error: [{ path: ["shelf"], message: "is no name of a shelf" }] };
      },
    },
    open: async ({ shelf }) => {
      const stored = blobs.get(shelf) ?? new Map<BlobLocator, Uint8Array>();
      blobs.set(shelf, stored);
      const driver = memoryDriver({ blobs: stored });
      names.set(driver, shelf);
      return driver;
    },
    trust: ({ shelf }) => ({ kind: "needs-consent", line: `shelf:${shelf}` }),
    describe: ({ shelf }) => ({ shelf }),
    markUser: async (driver, user) => {
      const shelf = names.get(driver) ?? "";
      users.set(shelf, new Set([...(users.get(shelf) ?? []), user]));
    },
    listUsers: async function* (driver) {
      yield* users.get(names.get(driver) ?? "") ?? [];
    },
  };
}

const label: CredentialContribution<{ readonly text: string }> = {
  id: "label",
  hosts: ["*.shelf.example"],
  config: {
    parse: (input) => {
      const { text = "none" } = (typeof input === "object" && input !== null ? input : {}) as {
        text?: unknown;
      };
      return typeof text === "string"
        ? { ok: true, value: { text } }
        : { ok: false, error: [{ path: ["text"], message: "is no text" }] };
    },
  },
  open: async ({ text }) => ({
    id: "label",
    resolve: async ({ origin }, call) => {
      if (call?.signal?.aborted) throw new BaleError({ code: "INTERRUPTED", message: "stopped" });
      return origin === "https://one.shelf.example" ? { kind: "bearer", token: secret(text) } : undefined;
    },
  }),
};

/** A plugin that keeps the contract in all its parts. */
export function shelfPlugin(shelves: Shelves = { blobs: new Map(), users: new Map() }): Plugin {
  return {
    specVersion: 1,
    name: "shelf",
    blobs: [shelfContribution(shelves)],
    credentials: [label as CredentialContribution],
  };
}
