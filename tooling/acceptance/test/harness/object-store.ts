import { startObjectStore } from "@bale/tooling-services";

type ObjectStore = Awaited<ReturnType<typeof startObjectStore>>;
export type ObjectStoreKind = "versitygw" | "moto" | "s3rver";

export const BUCKET = "acme-bales";
export const PREFIX = "blobs";

/** An object store with the bucket that the tests use. */
export interface Objects extends AsyncDisposable {
  readonly server: ObjectStore;
  /** What a user sets for a session. */
  readonly env: NodeJS.ProcessEnv;
  /** What a user writes under `trustedStores`; of another endpoint than the server's own, where one is named. */
  readonly line: (endpoint?: string) => string;
  /** The store as `bale.yaml` declares it, in one line. */
  readonly yaml: (endpoint?: string) => string;
  /** Keys of blobs and what they hold, as the server itself lists them. */
  readonly blobs: () => Promise<readonly { readonly hex: string; readonly size: number }[]>;
  /** Uploads that were begun, and neither finished nor given up. */
  readonly uploads: () => Promise<number>;
  readonly put: (hex: string, body: Uint8Array) => Promise<void>;
  readonly remove: (hex: string) => Promise<void>;
}

export const pathOf = (hex: string): string =>
  `/${BUCKET}/${PREFIX}/sha256/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;

export async function openObjects(kind: ObjectStoreKind): Promise<Objects> {
  const server = await startObjectStore(kind);
  await server.createBucket(BUCKET);
  const ask = async (method: string, path: string, body?: Uint8Array): Promise<string> => {
    const answer = await server.request(method, path, body ? { body } : {});
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  return {
    server,
    env: { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey },
    line: (endpoint = server.endpoint) => `s3://${BUCKET}/${PREFIX} at ${endpoint}`,
    yaml: (endpoint = server.endpoint) =>
      `{ type: s3, bucket: ${BUCKET}, prefix: ${PREFIX}, endpoint: "${endpoint}" }`,
    blobs: async () => {
      const text = await ask("GET", `/${BUCKET}?list-type=2&prefix=${PREFIX}%2Fsha256%2F`);
      return [...text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([entry]) => ({
        hex: /<Key>[^<]*\/([0-9a-f]{64})<\/Key>/.exec(entry)?.[1] ?? entry,
        size: Number(/<Size>(\d+)<\/Size>/.exec(entry)?.[1]),
      }));
    },
    uploads: async () => [...(await ask("GET", `/${BUCKET}?uploads`)).matchAll(/<UploadId>/g)].length,
    put: async (hex, body) => void (await ask("PUT", pathOf(hex), body)),
    remove: async (hex) => void (await ask("DELETE", pathOf(hex))),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
