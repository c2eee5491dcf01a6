import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@bale/http";
import type { BaleError } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { failure, printed } from "./bed.testing.js";
import { fetchOauthToken, type OauthToken } from "./oauth-token.js";

/** Asks a server that always gives the same answer; `seen` is what it was asked. */
async function ask(
  status: number,
  body: string,
  seen: string[] = [],
): Promise<{ readonly token?: OauthToken; readonly error?: BaleError }> {
  const server = createServer(async (request, response) => {
    let form = "";
    for await (const chunk of request) form += chunk;
    seen.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${form}`);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await using http = createHttpClient({ sleep: async () => {}, maxTries: 2 });
  const asking = fetchOauthToken({
    http,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    form: { grant_type: "refresh_token", refresh_token: "s3cr3t/+" },
    source: "CLOUD_FILE",
    registry: "reg.example",
    fix: "sign in again",
    now: () => 1_000_000,
  });
  try {
    return status === 200 && body.includes("good")
      ? { token: await asking }
      : { error: await failure(asking) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("fetchOauthToken", () => {
  test("posts a form, and dates the end of the token", async () => {
    const seen: string[] = [];
    const { token } = await ask(200, `{"access_token":"good","expires_in":3599}`, seen);
    expect(token?.token.reveal()).toBe("good");
    expect(token?.expiresAt).toEqual(new Date(1_000_000 + 3_599_000));
    expect(seen).toEqual([
      "POST /token application/x-www-form-urlencoded grant_type=refresh_token&refresh_token=s3cr3t%2F%2B",
    ]);
  });

  test.each([400, 401, 403])(
    "a refusal with %s names the source and the codes, and repeats nothing",
    async (status) => {
      const seen: string[] = [];
      const { error } = await ask(
        status,
        JSON.stringify({
          error: "invalid_client",
          error_description: "AADSTS7000215: Invalid client secret s3cr3t provided",
        }),
        seen,
      );
      expect(error?.code).toBe("AUTH_FAILED");
      expect(error?.message).toContain("did not accept CLOUD_FILE");
      expect(error?.why).toContain(`answered ${status} (invalid_client, AADSTS7000215)`);
      expect(error?.fix).toBe("sign in again");
      expect(printed(error as BaleError)).not.toContain("s3cr3t");
      expect(seen).toHaveLength(1);
    },
  );

  test("a refusal in other words is one all the same", async () => {
    for (const body of ["s3cr3t", "[]", "null", `{"error":"s3cr3t S3CR3T"}`, `{"error":{"code":1}}`]) {
      const { error } = await ask(400, body);
      expect(error?.code).toBe("AUTH_FAILED");
      expect(printed(error as BaleError)).not.toContain("s3cr3t");
    }
  });

  test("a service that is down is asked again, and then named", async () => {
    const seen: string[] = [];
    const { error } = await ask(503, "refresh_token is s3cr3t/+", seen);
    expect(error).toMatchObject({ code: "AUTH_SERVICE", retry: { kind: "safe" } });
    expect(error?.message).toMatch(/^no token for reg\.example from 127\.0\.0\.1:\d+ with CLOUD_FILE$/);
    expect(error?.why).toMatch(/^POST 127\.0\.0\.1:\d+\/token answered 503$/);
    expect(printed(error as BaleError)).not.toContain("s3cr3t");
    expect(seen).toHaveLength(2);
  });

  test.each(["{}", "no json", `{"access_token":""}`, `{"access_token":"a b"}`])(
    "an answer like %s is none",
    async (body) => {
      expect((await ask(200, body)).error?.code).toBe("AUTH_SERVICE");
    },
  );
});
