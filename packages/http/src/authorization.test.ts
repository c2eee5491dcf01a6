import { BaleError } from "@bale/spec";
import { describe, expect, test } from "vitest";
import type { Authorizer, ChallengeInput } from "./authorizer.js";
import { createHttpClient } from "./create-http-client.js";
import { readRequest, serve } from "./serve.testing.js";

const access = { repository: "acme/app", actions: ["pull", "push"] as const };

/** Gives out `headers` one after the other; each challenge moves on to the next while there is one. */
function scripted(
  headers: readonly (string | undefined)[],
): Authorizer & { readonly challenges: ChallengeInput[] } {
  const challenges: ChallengeInput[] = [];
  return {
    challenges,
    authorize: async () => headers[Math.min(challenges.length, headers.length - 1)],
    challenge: async (input) => {
      challenges.push(input);
      return challenges.length < headers.length;
    },
    identity: () => "alice (environment)",
  };
}

async function failure(promise: Promise<unknown>): Promise<BaleError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!BaleError.is(error)) throw new Error(`expected a BaleError, got ${String(error)}`);
  return error;
}

describe("authorization", () => {
  test("a challenge is answered once and the body is sent again", async () => {
    const bodies: string[] = [];
    await using server = await serve(async (request, response) => {
      bodies.push(`${request.headers.authorization}: ${(await readRequest(request)).toString()}`);
      if (request.headers.authorization === "Bearer new") response.statusCode = 201;
      else response.writeHead(401, { "www-authenticate": 'Bearer realm="https://t.example"' });
      response.end();
    });
    const authorizer = scripted(["Bearer old", "Bearer new"]);
    await using client = createHttpClient({ authorizer });
    const answer = await client.request({
      method: "POST",
      url: server.origin,
      access,
      body: Buffer.from("x".repeat(10)),
    });
    expect(answer.status).toBe(201);
    expect(bodies).toEqual([`Bearer old: ${"x".repeat(10)}`, `Bearer new: ${"x".repeat(10)}`]);
    expect(authorizer.challenges).toMatchObject([
      {
        origin: server.origin,
        status: 401,
        sent: "Bearer old",
        wwwAuthenticate: 'Bearer realm="https://t.example"',
      },
    ]);
  });

  test("endless challenges end after two tries, saying as whom", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(401, { "www-authenticate": "Basic" });
      response.end();
    });
    await using client = createHttpClient({ authorizer: scripted(["1", "2", "3", "4"]) });
    const error = await failure(client.request({ method: "GET", url: server.origin, access }));
    expect(error.code).toBe("AUTH_FAILED");
    expect(error.message).toContain("alice (environment)");
    expect(server.seen).toHaveLength(2);
  });

  test("a token that does not reach far enough is DENIED, naming action, repository and user", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(401, {
        "www-authenticate": 'Bearer realm="https://t.example",error="insufficient_scope"',
      });
      response.end();
    });
    await using client = createHttpClient({ authorizer: scripted(["Bearer a", "Bearer b"]) });
    const error = await failure(
      client.request({ method: "PUT", url: `${server.origin}/v2/acme/app`, access }),
    );
    expect(error.code).toBe("DENIED");
    expect(error.message).toBe(
      `push denied for ${new URL(server.origin).host}/acme/app as alice (environment)`,
    );
  });

  test("without an access no credentials are asked for", async () => {
    await using server = await serve((request, response) => {
      response.statusCode = request.headers.authorization === undefined ? 401 : 200;
      response.end();
    });
    const authorizer = scripted(["Bearer a"]);
    await using client = createHttpClient({ authorizer });
    const error = await failure(client.request({ method: "GET", url: server.origin }));
    expect(error).toMatchObject({
      code: "AUTH_FAILED",
      message: `${new URL(server.origin).host} wants credentials`,
    });
    expect(authorizer.challenges).toEqual([]);
  });

  test("an accepted 401 is an answer after the challenge was tried", async () => {
    await using server = await serve((_request, response) => {
      response.statusCode = 401;
      response.end();
    });
    const authorizer = scripted([undefined]);
    await using client = createHttpClient({ authorizer });
    const answer = await client.request({
      method: "GET",
      url: server.origin,
      access: { actions: [] },
      accept: [200, 401],
    });
    expect(answer.status).toBe(401);
    expect(authorizer.challenges).toHaveLength(1);
  });

  test("a retry after a failure still has one challenge in all", async () => {
    await using server = await serve((_request, response, count) => {
      response.statusCode = count === 2 ? 503 : 401;
      response.end();
    });
    await using client = createHttpClient({ authorizer: scripted(["1", "2", "3"]), sleep: async () => {} });
    await failure(client.request({ method: "GET", url: server.origin, access }));
    expect(server.seen).toHaveLength(3);
  });

  test("what the authorizer throws ends the request", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(401).end();
    });
    const own = new BaleError({ code: "AUTH_SERVICE", message: "no token" });
    await using client = createHttpClient({
      authorizer: { authorize: async () => undefined, challenge: () => Promise.reject(own) },
      sleep: () => Promise.reject(new Error("no retry")),
    });
    expect(await failure(client.request({ method: "GET", url: server.origin, access }))).toBe(own);
  });
});
