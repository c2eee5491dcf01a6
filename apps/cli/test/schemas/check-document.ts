import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { publishedSchema } from "./documents.js";
import { closed } from "./schema.js";

/** Reads what a command printed: one document, as its schema says, with no member that the schema does not name. */
export function checkDocument(name: string, stdout: string): Readonly<Record<string, unknown>> {
  expect(stdout.endsWith("\n")).toBe(true);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
    closed(publishedSchema(name)) as object,
  );
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document;
}
