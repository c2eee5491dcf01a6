import { credentialProviderConformance } from "@bale/conformance";
import { type CredentialProvider, secret } from "@bale/spec";
import { type Cloud, cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import { ACCESS_TOKEN, at, folderWith, HOST, providerOf, tokenReply, USER } from "../src/sample.testing.js";

const request = at(HOST);

credentialProviderConformance({ describe, it }, async () => {
  const folder = await folderWith("adc.json", USER);
  const clouds: Cloud[] = [];
  const open = async (...reply: Parameters<typeof cloud>): Promise<CredentialProvider> => {
    const made = await cloud(...reply);
    clouds.push(made);
    return providerOf(made, { env: { GOOGLE_APPLICATION_CREDENTIALS: folder.file } });
  };
  return {
    known: [
      {
        request,
        credential: { kind: "basic", username: "oauth2accesstoken", password: secret(ACCESS_TOKEN) },
      },
    ],
    open: () => open(tokenReply),
    openBroken: async () => ({
      provider: await open(() => ({
        status: 400,
        body: { error: "invalid_grant", error_description: ACCESS_TOKEN },
      })),
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
    timesAsked: async () => clouds.reduce((sum, { asked }) => sum + asked.length, 0),
    [Symbol.asyncDispose]: async () => {
      for (const each of clouds) await each[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
});
