import { fileURLToPath } from "node:url";
import { Application, LogLevel, TSConfigReader, TypeDocReader } from "typedoc";
import { expect, it } from "vitest";

const options = fileURLToPath(new URL("../typedoc.json", import.meta.url));

/** What the generator has to say of sources: its warnings and errors. */
async function told(overrides: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const application = await Application.bootstrap({ options, ...overrides }, [
    new TypeDocReader(),
    new TSConfigReader(),
  ]);
  const texts: string[] = [];
  const { logger } = application;
  logger.log = (text, level) => {
    if (level >= LogLevel.Warn) texts.push(text);
  };
  const project = await application.convert();
  if (!project) return [...texts, "nothing was converted"];
  application.validate(project);
  return texts;
}

it("the reference is generated without a warning: every export and method is explained, and no link is broken", async () => {
  expect(await told({})).toEqual([]);
}, 120_000);

it("would tell of what is not explained", async () => {
  expect((await told({ requiredToBeDocumented: ["Property"] })).join("\n")).toMatch(
    /does not have any documentation/,
  );
}, 120_000);
