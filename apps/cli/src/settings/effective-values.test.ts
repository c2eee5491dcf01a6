import { EMPTY_USER_CONFIG } from "@bale/workspace";
import { expect, it } from "vitest";
import { userValues } from "./effective-values.js";

it("the members of registries and namespaces are rows of their own, and what may be a secret is hidden", () => {
  const config = {
    ...EMPTY_USER_CONFIG,
    registries: new Map([
      ["ghcr.io", { rateLimit: "10/s", mirrors: ["m.example", { at: "n.example", tags: true }] }],
      ["ghcr.io/acme", { credentials: { source: "vault", role: "r", clientSecret: "s3cr3t" } }],
      ["public.example", { credentials: "anonymous" as const, caFile: undefined }],
    ]),
  };
  const origins = new Map([["registries.ghcr.io", "/etc/bale/config.yaml"]]);
  const rows = userValues(config, origins, { env: {}, home: "/home/a" });
  expect(rows.map(({ key, value }) => [key, value])).toEqual([
    ["registries.ghcr.io.rateLimit", "10/s"],
    ["registries.ghcr.io.mirrors", ["m.example", { at: "n.example", tags: true }]],
    ["registries.ghcr.io/acme.credentials.source", "vault"],
    ["registries.ghcr.io/acme.credentials.role", "r"],
    ["registries.ghcr.io/acme.credentials.clientSecret", "[hidden]"],
    ["registries.public.example.credentials", "anonymous"],
  ]);
  expect(rows[0]?.origin).toBe("/etc/bale/config.yaml");
});
