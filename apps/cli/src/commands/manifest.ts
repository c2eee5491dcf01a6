import { clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { usageError } from "../errors/usage-error.js";
import { safeLines } from "../terminal/safe-text.js";
import { requiredReference } from "./arguments.js";

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const manifest: CommandDefinition = {
  name: "manifest",
  group: "look",
  summary: "Print the manifest behind a reference",
  details: [
    "Indented for people; with --raw exactly the bytes that the registry served, over which the digest is.",
  ],
  args: [{ syntax: "<ref>", help: "the bundle, or any artifact or image" }],
  options: [{ flags: "--raw", kind: "flag", help: "the bytes as they are" }],
  examples: [
    { command: "bale manifest ghcr.io/acme/app:v1", says: "read it" },
    { command: "bale manifest ghcr.io/acme/app:v1 --raw | sha256sum", says: "check the digest by hand" },
  ],
  exits: [3, 4, 5, 7],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    if (call.settings.json && call.flags.has("raw"))
      throw usageError("--raw and --json exclude each other", "bale manifest --help");
    const reference = requiredReference(call, 0);
    const bale = await clientFor(call, reference);
    const { bytes, ...result } = await bale.manifest(reference, longCall(call));
    if (call.flags.has("raw")) return { kind: "content", content: once(bytes) };
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return {
      kind: "document",
      document: {
        reference: result.reference,
        digest: result.digest,
        mediaType: result.mediaType,
        size: bytes.length,
        manifest: parsed,
      },
      text: () => `${safeLines(JSON.stringify(parsed, undefined, 2))}\n`,
    };
  },
};
