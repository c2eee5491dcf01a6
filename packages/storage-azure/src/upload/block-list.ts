import type { CallOptions } from "@bale/spec";
import { type AzureCall, type AzureClient, WRITE } from "../api/azure-client.js";
import { elementsOf, escapeXml, textOf } from "../api/read-xml.js";
import { errorName, saysExists } from "../api/refusal.js";
import { contentHeaders } from "./content-headers.js";

// 50,000 blocks of some hundred bytes each.
const LIST_BYTES = 16 * 1024 * 1024;

/** Sizes of the blocks that were sent for a blob and are not part of it yet, by their names: those of an earlier run, for a week. */
export async function uncommittedBlocks(
  client: AzureClient,
  name: string,
  { signal }: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const response = await client.ask({
    method: "GET",
    name,
    query: { comp: "blocklist", blocklisttype: "uncommitted" },
    actions: WRITE,
    accept: [200, 404],
    signal,
  });
  const blocks = new Map<string, number>();
  if (response.status === 404) {
    await response.discard();
    return blocks;
  }
  const xml = new TextDecoder().decode(await response.bytes(LIST_BYTES));
  for (const block of elementsOf(xml, "Block"))
    blocks.set(textOf(block, "Name") ?? "", Number(textOf(block, "Size")));
  return blocks;
}

/**
 * Makes a blob of blocks, all at once, where there is none. "taken": there is one, or somebody else's was made in the meantime, which
 * clears away the blocks of everybody.
 */
export async function commitBlocks(
  client: AzureClient,
  name: string,
  ids: readonly string[],
  { signal }: CallOptions,
): Promise<"created" | "taken"> {
  const blocks = ids.map((id) => `<Uncommitted>${escapeXml(id)}</Uncommitted>`).join("");
  const call: AzureCall = {
    method: "PUT",
    name,
    query: { comp: "blocklist" },
    headers: { ...contentHeaders(client.config), "content-type": "application/xml", "if-none-match": "*" },
    body: new TextEncoder().encode(`<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`),
    actions: WRITE,
    accept: [201, 400, 403, 409, 412],
    signal,
  };
  const response = await client.ask(call);
  const cleared = response.status === 400 && errorName(response) === "InvalidBlockList";
  if (response.status === 201 || cleared || (response.status !== 400 && saysExists(response))) {
    await response.discard();
    return response.status === 201 ? "created" : "taken";
  }
  throw await client.refusal(response, call);
}
