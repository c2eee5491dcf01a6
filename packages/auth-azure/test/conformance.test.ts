import { credentialProviderConformance } from "@bale/conformance";
import { type CredentialProvider, secret } from "@bale/spec";
import { type Cloud, cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import { at, azureReply, HOST, providerOf, REFRESH_TOKEN } from "../src/sample.testing.js";

const request = at(HOST);

credentialProviderConformance({ describe, it }, async () => {
  const clouds: Cloud[] = [];
  const open = async (...reply: Parameters<typeof cloud>): Promise<CredentialProvider> => {
    const made = await cloud(...reply);
    clouds.push(made);
    return providerOf(made);
  };
  return {
    known: [{ request, credential: { kind: "identity-token", token: secret(REFRESH_TOKEN) } }],
    open: () => open(azureReply),
    openBroken: async () => ({
      provider: await open(() => ({ status: 401, body: { error: REFRESH_TOKEN } })),
      request,
    }),
    openStalled: async () => {
      let start: () => void = () => {};
      const started = new Promise<void>((resolve) => {
        start = resolve;
      });
      const provider = await open(() => {
        start();
        return new Promise(() => {});
      });
      return { provider, request, started };
    },
    timesAsked: async () =>
      clouds.flatMap(({ asked }) => asked).filter(({ url }) => url.endsWith("/oauth2/exchange")).length,
    [Symbol.asyncDispose]: async () => {
      for (const each of clouds) await each[Symbol.asyncDispose]();
    },
  };
});
