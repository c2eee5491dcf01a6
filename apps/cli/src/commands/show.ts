import type { Bale, ShowResult } from "@bale/sdk";
import { formatReference, parseReference } from "@bale/spec";
import { type CommandCall, clientFor, longCall } from "../definition/command-call.js";
import type { CommandDefinition } from "../definition/command-definition.js";
import { renderShow } from "../render/look.js";
import { requiredReference } from "./arguments.js";
import { HTML_OPTION, pageFile, pageMakings, pageResult } from "./page-result.js";

/** All that a page tells of a bundle, of the very manifest that was shown: tags may move meanwhile. */
async function pageOf(call: CommandCall, bale: Bale, shown: ShowResult): Promise<string> {
  const { renderShowPage } = await import("../render-html/render-page.js");
  const makings = pageMakings(call);
  if (shown.file) return renderShowPage({ shown, ...makings });
  const reference = formatReference({
    ...parseReference(shown.reference),
    tag: undefined,
    digest: shown.manifest,
  });
  const options = { ...longCall(call), platform: call.flags.text("platform") };
  const roles = await bale.roles(reference, options);
  const { stores } = await bale.stores(reference, options);
  const { files } = await bale.ls(reference, options);
  return renderShowPage({ shown, content: { roles, stores, files }, ...makings });
}

export const show: CommandDefinition = {
  name: "show",
  group: "look",
  summary: "Describe a bundle, or one of its files",
  details: [
    "With --html the page also tells what takes the space, by layer, role and store, and lists the largest files and folders. It is one file that loads nothing from anywhere.",
  ],
  args: [{ syntax: "<ref>", help: "the bundle, or REF//PATH for one file" }],
  options: [
    {
      flags: "--platform <platform>",
      kind: "text",
      help: "which manifest of an image index: os/arch[/variant]",
    },
    HTML_OPTION,
  ],
  examples: [
    { command: "bale show ghcr.io/acme/app:v1", says: "digests, layers, roles, annotations" },
    { command: "bale show ghcr.io/acme/app:v1//configs/prod.yaml", says: "size, digest and layer of a file" },
    {
      command: "bale show ghcr.io/acme/app:v1 --html app.html",
      says: "what takes the space, as a page for browsers",
    },
  ],
  exits: [3, 4, 5, 7, 8, 10],
  dryRun: "reads",
  remote: true,
  run: async (call) => {
    const reference = requiredReference(call, 0);
    const file = pageFile(call, "show");
    const bale = await clientFor(call, reference);
    const result = await bale.show(reference, { ...longCall(call), platform: call.flags.text("platform") });
    if (file !== undefined)
      return pageResult(call, file, await pageOf(call, bale, result), { document: result });
    return { kind: "document", document: result, text: (style) => renderShow(style, result) };
  },
};
