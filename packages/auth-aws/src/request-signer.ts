import { SignatureV4 } from "@smithy/signature-v4";

/** Signs requests as AWS wants it. A module of its own for the same reason as `provider-chain.ts`. */
export const RequestSigner: typeof SignatureV4 = SignatureV4;
