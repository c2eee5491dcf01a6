import { fromNodeProviderChain } from "@aws-sdk/credential-providers";

/**
 * The chain of the AWS SDK. This module alone imports it, by name, and is itself imported when it is needed: the package is CommonJS, and a bundler
 * gives a late import of such a module nothing but a default export.
 */
export const providerChain: typeof fromNodeProviderChain = fromNodeProviderChain;
