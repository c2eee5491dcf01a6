// node server.mjs REFERENCE FOLDER: serves the files of a bundle over HTTP. PORT is the port, 0 for any.
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createHttpClient } from "@bale/http";
import { oci } from "@bale/oci";
import { createBale } from "@bale/sdk";

const [reference = "", directory = "bundle"] = process.argv.slice(2);
const ending = new AbortController();
const http = createHttpClient();
const bale = createBale({ plugins: [oci()], http });

/** The folder holds the bundle's content afterwards; the list is made from the digest that was ensured, not from the tag, which may move. */
async function load(signal) {
  const ensured = await bale.ensure(reference, { directory, mirror: true, signal });
  const pinned = `${reference.replace(/:[^/:]*$/, "")}@${ensured.manifest}`;
  const files = new Map();
  for await (const file of bale.iterateFiles(pinned, { signal })) files.set(`/${file.path}`, file);
  return { manifest: ensured.manifest, files };
}

function createFileServer(loaded) {
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    // Only names of the bundle are opened, so no name leads out of the folder.
    const file = loaded.files.get(decodeURI(pathname));
    if (pathname === "/health") response.end(`${loaded.manifest}\n`);
    else if (file?.kind !== "file" && file?.kind !== "exec") response.writeHead(404).end();
    else {
      response.setHeader("content-length", file.size);
      response.setHeader("etag", `"${file.digest}"`);
      await pipeline(createReadStream(join(directory, file.path)), response).catch(() => response.destroy());
    }
  });
}

/** Ends what runs, answers what was asked, closes what was opened; then nothing keeps the process alive. */
async function end(server) {
  ending.abort();
  if (server) await new Promise((resolve) => server.close(resolve));
  await bale.close();
  await http[Symbol.asyncDispose]();
}

let server;
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void end(server));
try {
  server = createFileServer(await load(ending.signal));
  server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
    process.stdout.write(`listening on ${server.address().port}\n`);
  });
} catch (error) {
  process.stderr.write(`${error.code ?? "failed"}: ${error.message}\n`);
  process.exitCode = 1;
  if (!ending.signal.aborted) await end(undefined);
}
