import { BaleError } from "@bale/spec";
import { describe, expect, test } from "vitest";
import { quick } from "./client.testing.js";
import { createHttpClient } from "./create-http-client.js";
import { type Hop, nextHop } from "./redirects.js";
import { serve } from "./serve.testing.js";

const SECRETS = {
  authorization: "Bearer abc",
  cookie: "a=b",
  "x-custom": "c",
  accept: "application/json",
  range: "bytes=0-9",
  "user-agent": "bale",
};
const CARRIED = { accept: "application/json", range: "bytes=0-9", "user-agent": "bale" };

function from(url: string, headers: Readonly<Record<string, string>> = SECRETS): Hop {
  return { url: new URL(url), headers };
}
function refused(location: string | undefined, ...visited: [Hop, ...Hop[]]): string {
  try {
    const hop = nextHop(location, visited);
    return `followed to ${hop.url.href}`;
  } catch (error) {
    if (BaleError.is(error, "REDIRECT")) return error.why ?? "";
    throw error;
  }
}

describe("nextHop", () => {
  test("on the same origin everything is kept", () => {
    const hop = nextHop("/other?x=1#part", [from("https://r.example/v2/")]);
    expect(hop.url.href).toBe("https://r.example/other?x=1");
    expect(hop.headers).toEqual(SECRETS);
  });

  test.each(["https://other.example/", "https://r.example:8443/", "//s.example/"])(
    "to %s only Accept, Range and User-Agent go along",
    (location) => {
      expect(nextHop(location, [from("https://r.example/v2/")]).headers).toEqual(CARRIED);
    },
  );

  test("another scheme of the same host counts as elsewhere", () => {
    expect(nextHop("https://r.example/", [from("http://r.example/")]).headers).toEqual(CARRIED);
  });

  test("what was dropped does not come back on the way home", () => {
    const first = from("https://r.example/");
    const second = nextHop("https://cdn.example/", [first]);
    expect(nextHop("https://r.example/again", [first, second]).headers).toEqual(CARRIED);
  });

  test.each([
    [undefined, /no Location/],
    ["http://[bad", /cannot be read/],
    ["http://r.example/", /never left for http/],
    ["ftp://r.example/", /only http/],
    ["file:///etc/passwd", /only http/],
    ["https://user:pass@r.example/", /user or password/],
    ["https://127.0.0.1/", /public server/],
    ["https://localhost/", /public server/],
    ["https://169.254.169.254/latest/meta-data", /public server/],
    ["https://10.1.2.3/", /public server/],
    ["https://[::ffff:192.168.0.1]/", /public server/],
    ["https://0x7f000001/", /public server/],
  ])("from a public https origin, %s is refused", (location, why) => {
    expect(refused(location, from("https://r.example/v2/"))).toMatch(why);
  });

  test.each(["https://10.0.0.1/", "https://localhost:5000/"])(
    "%s may lead on inside its network",
    (origin) => {
      expect(refused("https://192.168.1.1/x", from(origin))).toBe("followed to https://192.168.1.1/x");
    },
  );

  test("a loop is refused, however long", () => {
    const hops: [Hop, Hop, Hop] = [
      from("https://a.example/"),
      from("https://b.example/"),
      from("https://c.example/"),
    ];
    expect(refused("https://b.example/", ...hops)).toMatch(/loop/);
  });

  test("the sixth redirect in a row is refused", () => {
    const hops = [0, 1, 2, 3, 4, 5].map((step) => from(`https://r.example/${step}`)) as [Hop, ...Hop[]];
    expect(refused("https://r.example/6", ...hops)).toMatch(/more than 5/);
    expect(refused("https://r.example/6", ...(hops.slice(0, 5) as [Hop, ...Hop[]]))).toMatch(/followed/);
  });

  test("a refusal shows no query", () => {
    try {
      nextHop("https://10.0.0.1/x?sig=topsecret", [from("https://r.example/?token=topsecret")]);
      expect.unreachable();
    } catch (error) {
      expect(`${error} ${JSON.stringify(error)} ${(error as BaleError).why}`).not.toContain("topsecret");
    }
  });
});

describe("the client", () => {
  const authorizer = {
    authorize: async () => "Bearer for-the-registry",
    challenge: async () => {
      throw new Error("no challenge of another origin is answered");
    },
  };
  const access = { repository: "acme/app", actions: ["pull" as const] };

  test("another port sees neither the token nor custom headers, and the body arrives", async () => {
    const sent: Record<string, unknown>[] = [];
    await using store = await serve((request, response) => {
      sent.push(request.headers);
      response.end("blob");
    });
    await using registry = await serve((request, response) => {
      sent.push(request.headers);
      response.writeHead(307, { location: `${store.origin}/blob?sig=1` });
      response.end("gone");
    });
    await using client = createHttpClient({ authorizer });
    const answer = await client.request({
      method: "GET",
      url: `${registry.origin}/v2/`,
      access,
      headers: { "X-Custom": "1", Range: "bytes=0-3", Cookie: "a=b" },
    });
    expect(Buffer.from(await answer.bytes(10)).toString()).toBe("blob");
    expect(answer.url).toBe(`${store.origin}/blob?sig=1`);
    expect(sent[0]).toMatchObject({ authorization: "Bearer for-the-registry", "x-custom": "1" });
    expect(Object.keys(sent[1] ?? {}).sort()).toEqual([
      "accept-encoding",
      "connection",
      "host",
      "range",
      "user-agent",
    ]);
  });

  test("a refusal by the other origin is no failure of the credentials", async () => {
    await using store = await serve((_request, response) => {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
    });
    await using registry = await serve((_request, response) => {
      response.writeHead(307, { location: `${store.origin}/blob?sig=1` });
      response.end();
    });
    await using client = createHttpClient({ authorizer });
    const error = await client
      .request({ method: "GET", url: registry.origin, access })
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: "DENIED" });
    expect(error.why).toContain("AccessDenied: Request has expired");
    expect(error.fix).toContain("expired");
  });

  test("a redirect of an upload is an error, and one that is asked for is an answer", async () => {
    await using server = await serve((request, response) => {
      request.resume();
      response.writeHead(307, { location: "/elsewhere" });
      response.end();
    });
    await using client = createHttpClient();
    const error = await client.request({ method: "POST", url: server.origin }).catch((caught) => caught);
    expect(error).toMatchObject({ code: "REDIRECT" });
    const answer = await client.request({ method: "GET", url: server.origin, follow: false, accept: [307] });
    expect(answer.headers["location"]).toBe("/elsewhere");
  });
});

describe("an address that has expired", () => {
  test.each([400, 403])("and answers %i is asked for once more", async (status) => {
    let stale = 1;
    await using far = await serve((_request, response) => {
      response.statusCode = stale-- > 0 ? status : 200;
      response.end("bytes");
    });
    await using near = await serve((_request, response, count) => {
      response.writeHead(307, { location: `${far.origin}/blob?sig=${count}` }).end();
    });
    await using client = createHttpClient(quick());
    const ask = () => client.request({ method: "GET", url: `${near.origin}/blob` });
    expect(Buffer.from(await (await ask()).bytes(100)).toString()).toBe("bytes");
    expect(far.seen).toEqual(["GET /blob?sig=1", "GET /blob?sig=2"]);
    stale = 2;
    await expect(ask()).rejects.toMatchObject({ context: { status } });
    expect(far.seen).toHaveLength(4);
  });

  test("the server that was asked is not asked again when it says no itself", async () => {
    await using server = await serve((_request, response) => response.writeHead(403).end());
    await using client = createHttpClient(quick());
    await expect(client.request({ method: "GET", url: server.origin })).rejects.toMatchObject({
      code: "DENIED",
    });
    expect(server.seen).toHaveLength(1);
  });
});
