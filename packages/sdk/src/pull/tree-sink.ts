import type { FileSink } from "@bale/engine";
import { BaleError, type BundlePath } from "@bale/spec";
import type { TreeWriter, WriteRequest } from "@bale/workspace";

/** Content of planned paths into the writer, which verifies it and shows nothing before the commit. */
export function treeSink(writer: TreeWriter, requests: ReadonlyMap<BundlePath, WriteRequest>): FileSink {
  return {
    write: async (row, content, options) => {
      const request = requests.get(row.path);
      if (!request) throw new BaleError({ code: "INTERNAL", message: `fetched without a plan: ${row.path}` });
      if (row.kind === "link") writer.stageLink(request, row.target ?? "");
      else if (content instanceof Uint8Array) await writer.stageBytes(request, content);
      else await writer.stageStream(request, content, options);
    },
  };
}
