import { Agent, request } from "node:http";
import { describe, expect, it } from "vitest";
import { startTestRegistry } from "../test-registry.js";

function put(url: string, agent: Agent, size: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "PUT", agent, headers: { "content-length": size } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject);
    sent.end(Buffer.alloc(size));
  });
}

describe("a connection whose request was refused before all of its body was read", () => {
  it("serves the next request", async () => {
    await using registry = await startTestRegistry({ quirks: { manifestLimitBytes: 1_000 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const size of [300_000, 500_000, 100_000])
      expect(await put(`${registry.url}/v2/acme/app/manifests/v1`, agent, size)).toBe(413);
    agent.destroy();
  });
});
