import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { blobDriverConformance, pluginConformance } from "@bale/conformance";
import { createHttpClient } from "@bale/http";
import { type CredentialProvider, type PluginContext, secret } from "@bale/spec";
import { webdavDriver } from "../src/driver.js";
import plugin from "../src/index.js";

// A WebDAV server whose collection is empty, and who may write there: alice, with the password "correct horse".
const server = process.env["WEBDAV_URL"] ?? "http://127.0.0.1:8080";
const { origin } = new URL(server);

function credentialsOf(username: string, password: string): CredentialProvider {
  return {
    id: "test",
    resolve: async (request) =>
      request.origin === origin ? { kind: "basic", username, password: secret(password) } : undefined,
  };
}

function contextOf(credentials: CredentialProvider): PluginContext & AsyncDisposable {
  const http = createHttpClient();
  return {
    env: {},
    http,
    credentials,
    log: () => {},
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** Each test gets a collection of its own. */
async function makeCollection(context: PluginContext): Promise<string> {
  const url = `${server}/${randomUUID()}`;
  const authorization = `Basic ${Buffer.from("alice:correct horse").toString("base64")}`;
  const answer = await context.http.request({ method: "MKCOL", url: `${url}/`, headers: { authorization } });
  await answer.discard();
  return url;
}

describe("the WebDAV store", () => {
  blobDriverConformance({ describe, it }, async () => {
    const context = contextOf(credentialsOf("alice", "correct horse"));
    const url = await makeCollection(context);
    return {
      open: async () => webdavDriver({ url }, context),
      openMissing: async () => webdavDriver({ url: `${url}/nobody/made/this` }, context),
      [Symbol.asyncDispose]: () => context[Symbol.asyncDispose](),
    };
  });

  pluginConformance({ describe, it }, async () => {
    const credentials = credentialsOf("alice", "correct horse");
    const context = contextOf(credentials);
    const url = await makeCollection(context);
    return {
      exported: plugin,
      manifest: JSON.parse(readFileSync("package.json", "utf8")).bale,
      http: context.http,
      credentials,
      stores: [
        {
          description: { type: "webdav", url },
          trust: { kind: "needs-consent", line: `webdav:${url}` },
          refused: [
            { type: "webdav" },
            { type: "webdav", url: "dav.acme.example" },
            { type: "webdav", url: `${url}/` },
            { type: "webdav", url: "https://alice:secret@dav.acme.example/x" },
            { type: "webdav", url, bucket: "x" },
          ],
        },
      ],
      [Symbol.asyncDispose]: () => context[Symbol.asyncDispose](),
    };
  });
});
