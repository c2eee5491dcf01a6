import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/commands/index.js";
import { DOCUMENTS, publishedSchema, schemaFile } from "./documents.js";

const folder = fileURLToPath(new URL("../../schemas/", import.meta.url));

it.runIf(process.env["UPDATE_SCHEMAS"] === "1")("writes the published schemas anew", () => {
  for (const name of Object.keys(DOCUMENTS))
    writeFileSync(`${folder}${schemaFile(name)}`, `${JSON.stringify(publishedSchema(name), undefined, 2)}\n`);
});

it.each(Object.keys(DOCUMENTS))(
  "the published schema of %s is the one that documents are tested against",
  (name) => {
    expect(JSON.parse(readFileSync(`${folder}${schemaFile(name)}`, "utf8"))).toEqual(publishedSchema(name));
  },
);

it("every command that prints a document has a schema, and no other file is published", () => {
  const commands = COMMANDS.map(({ name }) => name).filter((name) => name !== "cat");
  expect(Object.keys(DOCUMENTS).sort()).toEqual([...commands, "error"].sort());
  expect(readdirSync(folder).sort()).toEqual(Object.keys(DOCUMENTS).map(schemaFile).sort());
});
