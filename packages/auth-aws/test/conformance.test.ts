import { credentialProviderConformance } from "@bale/conformance";
import { type CredentialProvider, secret } from "@bale/spec";
import { type Cloud, cloud } from "@bale/tooling-cloud";
import { describe, it } from "vitest";
import { at, errorReply, PRIVATE_HOST, providerOf, tokenReply } from "../src/sample.testing.js";

const PASSWORD = "pass-word-of-ecr";
const known = ["public.ecr.aws", PRIVATE_HOST].map((host) => ({
  request: at(host),
  credential: { kind: "basic", username: "AWS", password: secret(PASSWORD) } as const,
}));

credentialProviderConformance({ describe, it }, async () => {
  const clouds: Cloud[] = [];
  const open = async (...reply: Parameters<typeof cloud>): Promise<CredentialProvider> => {
    const made = await cloud(...reply);
    clouds.push(made);
    return providerOf(made);
  };
  const request = at(PRIVATE_HOST);
  return {
    known,
    open: () => open((asked) => tokenReply(asked, PASSWORD)),
    openBroken: async () => ({
      provider: await open(() => errorReply("AccessDeniedException", PASSWORD)),
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
    },
  };
});
