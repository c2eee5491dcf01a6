import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { PluginContext } from "@bale/spec";
import type { S3Config } from "../config.js";
import type { StorageS3Options } from "../options.js";
import { type AwsIdentity, chooseIdentity, identityFailed, isNothingFound } from "./identity.js";
import { isRead, type Operation } from "./operation.js";
import { requestHandler } from "./request-handler.js";
import type { S3Sdk } from "./sdk.js";

export interface Connection {
  readonly sdk: S3Sdk;
  readonly client: S3Client;
  /** Members that every request has. */
  readonly base: { readonly Bucket: string; readonly RequestPayer?: "requester" };
  /** Whose keys sign, in the words of a message. */
  readonly signedAs: string;
}

const ignore = (): void => {};

function clientConfig(config: S3Config, context: Pick<PluginContext, "http" | "log">): S3ClientConfig {
  const { accelerate, dualstack, endpoint, region } = config;
  return {
    region: region ?? "us-east-1",
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: config.pathStyle ?? endpoint !== undefined,
    ...(accelerate === undefined ? {} : { useAccelerateEndpoint: accelerate }),
    ...(dualstack === undefined ? {} : { useDualstackEndpoint: dualstack }),
    requestHandler: requestHandler(context.http) as unknown as NonNullable<S3ClientConfig["requestHandler"]>,
    // A store is where its description says, and nowhere else: not where AWS_ENDPOINT_URL or a profile would lead.
    ignoreConfiguredEndpointUrls: true,
    followRegionRedirects: false,
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    expectContinueHeader: false,
    // Repeated by `ask`; and checked here, by the digest.
    maxAttempts: 1,
    retryMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
}

/** As the SDK wants them: a member that is not there must be absent. */
function providerOf(find: () => Promise<AwsIdentity>): () => Promise<AwsCredentialIdentity> {
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await find();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  };
}
type AwsCredentialIdentity = Awaited<ReturnType<S3Client["config"]["credentials"]>>;

/** Loads the SDK and finds credentials, each when a request first needs it. */
export function connect(
  config: S3Config,
  context: Pick<PluginContext, "env" | "http" | "log">,
  options: StorageS3Options,
): (operation: Operation) => Promise<Connection> {
  const base = {
    Bucket: config.bucket,
    ...(config.requesterPays ? { RequestPayer: "requester" as const } : {}),
  };
  const choice = chooseIdentity(context.env, options);

  const anonymous = async (signedAs: string): Promise<Connection> => {
    const { sdk } = await import("./sdk.js");
    const client = new sdk.S3Client({
      ...clientConfig(config, context),
      credentials: { accessKeyId: "anonymous", secretAccessKey: "anonymous" },
      signer: { sign: async (request) => request },
    });
    return { sdk, client, base, signedAs };
  };

  const signed = async (): Promise<Connection> => {
    const { sdk } = await import("./sdk.js");
    const client = new sdk.S3Client({
      ...clientConfig(config, context),
      ...(choice.credentials ? { credentials: providerOf(choice.credentials) } : {}),
      ...(choice.profile === undefined ? {} : { profile: choice.profile }),
    });
    try {
      // Now rather than within the first request, to tell "none" from "refused". The SDK keeps and renews them.
      await client.config.credentials();
    } catch (error) {
      if (isNothingFound(choice, error)) return anonymous("no credentials, since none were found");
      throw identityFailed(choice, error);
    }
    return { sdk, client, base, signedAs: choice.source };
  };

  const opened = new Map<"anonymous" | "signed", Promise<Connection>>();
  const once = (kind: "anonymous" | "signed", open: () => Promise<Connection>): Promise<Connection> => {
    const known = opened.get(kind);
    if (known) return known;
    const opening = open();
    opened.set(kind, opening);
    // A failed one is tried again by the next request.
    opening.catch(() => opened.delete(kind));
    return opening;
  };
  return (operation) =>
    config.publicReads && isRead(operation)
      ? once("anonymous", () => anonymous("no credentials, as the store says"))
      : once("signed", signed);
}
