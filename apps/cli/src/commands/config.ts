import { BaleError } from "@bale/spec";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderValues, valueText } from "../render/config.js";
import { safe } from "../terminal/safe-text.js";

const SHARED = { group: "upkeep", remote: false, exits: [2, 3, 8] } as const;

export const configGet: CommandDefinition = {
  ...SHARED,
  name: "config get",
  summary: "Print one value of the configuration",
  args: [{ syntax: "<key>", help: "such as pack.target" }],
  options: [{ flags: "--show-origin", kind: "flag", help: "and what decided it" }],
  examples: [{ command: "bale config get defaultRegistry", says: "what completes short names" }],
  dryRun: "reads",
  run: async (call) => {
    const { effectiveValues, placeOf } = await import("../work.js");
    const key = call.args[0] ?? "";
    placeOf(key);
    const found = (await effectiveValues(call)).find((row) => row.key === key);
    if (!found)
      throw new BaleError({
        code: "NOT_FOUND",
        message: `${key} is not set`,
        fix: `\`bale config set ${key} VALUE\``,
        context: { key },
      });
    const origin = call.flags.has("show-origin") ? `${safe(found.origin)}  ` : "";
    return { kind: "document", document: found, text: () => `${origin}${valueText(found)}\n` };
  },
};

export const configSet: CommandDefinition = {
  ...SHARED,
  name: "config set",
  summary: "Set one value, in bale.yaml or in your own file, wherever the key belongs",
  details: [
    "Comments in the file stay. VALUE is read as YAML: true, 8, [a, b] and plain text mean what they say.",
  ],
  args: [
    { syntax: "<key>", help: "such as pack.target" },
    { syntax: "<value>", help: "the new value" },
  ],
  options: [],
  examples: [
    { command: "bale config set defaultRegistry ghcr.io/acme", says: "your own file" },
    { command: "bale config set pack.target 64MiB", says: "bale.yaml" },
  ],
  dryRun: "refused",
  run: async (call) => {
    const { writeValue } = await import("../work.js");
    const [key = "", value = ""] = call.args;
    const file = await writeValue(call, key, value);
    return {
      kind: "document",
      document: { key, file },
      text: () => `${safe(key)} is set in ${safe(file)}\n`,
    };
  },
};

export const configUnset: CommandDefinition = {
  ...SHARED,
  name: "config unset",
  summary: "Remove one value from bale.yaml or your own file",
  args: [{ syntax: "<key>", help: "such as pack.target" }],
  options: [],
  examples: [{ command: "bale config unset defaultRegistry", says: "back to the default" }],
  dryRun: "refused",
  run: async (call) => {
    const { writeValue } = await import("../work.js");
    const [key = ""] = call.args;
    const file = await writeValue(call, key, undefined);
    return {
      kind: "document",
      document: { key, file },
      text: () => `${safe(key)} is not set in ${safe(file)}\n`,
    };
  },
};

export const configList: CommandDefinition = {
  ...SHARED,
  name: "config list",
  summary: "Print every value that something sets",
  args: [],
  options: [{ flags: "--show-origin", kind: "flag", help: "and the file or variable that decided it" }],
  examples: [{ command: "bale config list --show-origin", says: "why a setting is what it is" }],
  dryRun: "reads",
  run: async (call) => {
    const { effectiveValues } = await import("../work.js");
    const values = await effectiveValues(call);
    return {
      kind: "document",
      document: { values },
      text: () => renderValues(values, call.flags.has("show-origin")),
    };
  },
};
