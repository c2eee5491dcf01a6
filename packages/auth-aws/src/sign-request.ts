import type { AwsIdentity } from "./aws-identity.js";
import type { EcrRegistry } from "./ecr-host.js";
import { NodeSha256 } from "./node-sha256.js";

export interface SignInput {
  readonly registry: EcrRegistry;
  readonly identity: AwsIdentity;
  readonly body: string;
  /** The signature holds for five minutes around it. */
  readonly date: Date;
}

/** Headers of a POST in the JSON 1.1 protocol to the API of a registry, with a signature (Signature Version 4). */
export async function signRequest(input: SignInput): Promise<Readonly<Record<string, string>>> {
  const { apiHost, region, service, target } = input.registry;
  const { accessKeyId, secretAccessKey, sessionToken } = input.identity;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const { RequestSigner } = await import("./request-signer.js");
  const signer = new RequestSigner({ credentials, region, service, sha256: NodeSha256 });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: apiHost,
      path: "/",
      query: {},
      headers: { host: apiHost, "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
      body: input.body,
    },
    { signingDate: input.date },
  );
  // It is signed, and the connection sends it by itself.
  const { host: _, ...sent } = headers;
  return sent;
}
