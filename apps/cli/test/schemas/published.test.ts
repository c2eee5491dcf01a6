import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/commands/index.js";
import { DOCUMENTS, publishedSchema, schemaFile } from "./documents.js";
import { FILES, fileSchema } from "./files.js";

const folder = fileURLToPath(new URL("../../schemas/", import.meta.url));

it.runIf(process.env["UPDATE_SCHEMAS"] === "1")("writes the published schemas anew", () => {
  for (const name of Object.keys(DOCUMENTS))
    writeFileSync(`${folder}${schemaFile(name)}`, `${JSON.stringify(publishedSchema(name), undefined, 2)}\n`);
  for (const name of Object.keys(FILES))
    writeFileSync(`${folder}${schemaFile(name)}`, `${JSON.stringify(fileSchema(name), undefined, 2)}\n`);
});

it.each(Object.keys(DOCUMENTS))(
  "the published schema of %s is the one that documents are tested against",
  (name) => {
    expect(JSON.parse(readFileSync(`${folder}${schemaFile(name)}`, "utf8"))).toEqual(publishedSchema(name));
  },
);

it.each(Object.keys(FILES))("the published schema of %s is the one that files are tested against", (name) => {
  expect(JSON.parse(readFileSync(`${folder}${schemaFile(name)}`, "utf8"))).toEqual(fileSchema(name));
});

it("every command that prints a document has a schema, and no other file is published", () => {
  const commands = COMMANDS.map(({ name }) => name).filter((name) => name !== "cat");
  expect(Object.keys(DOCUMENTS).sort()).toEqual([...commands, "error"].sort());
  const published = [...Object.keys(DOCUMENTS), ...Object.keys(FILES)];
  expect(readdirSync(folder).sort()).toEqual(published.map(schemaFile).sort());
});
