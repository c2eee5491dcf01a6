import { type RetryLoopOptions, retryFailures } from "@bale/http";
import { BaleError, type CallOptions, type HttpClient, LIMITS } from "@bale/spec";
import type { AwsIdentity } from "./aws-identity.js";
import { type EcrFailure, isThrottled, refusal, unusable } from "./ecr-error.js";
import { signRequest } from "./sign-request.js";
import { type EcrToken, parseErrorType, parseJson, parseTokenAnswer } from "./token-answer.js";

export interface FetchTokenInput extends EcrFailure, CallOptions {
  readonly http: Pick<HttpClient, "request">;
  readonly identity: AwsIdentity;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: RetryLoopOptions["sleep"];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly type: string;
}

const BODY = "{}";
const TRIES = 4;
// The JSON 1.1 protocol answers with 400 for nearly everything, throttling included; the rest is left to the client's own retries.
const ANSWERS = [200, 400, 401, 403];

async function askOnce(input: FetchTokenInput): Promise<Answer> {
  const { identity, registry } = input;
  const headers = await signRequest({ registry, identity, body: BODY, date: new Date(input.now()) });
  const answer = await input.http.request({
    method: "POST",
    url: `https://${registry.apiHost}/`,
    headers,
    body: new TextEncoder().encode(BODY),
    // Asking twice for a token does no harm.
    idempotent: true,
    accept: ANSWERS,
    signal: input.signal,
  });
  const body = parseJson(await answer.bytes(LIMITS.tokenBytes));
  const type = answer.status === 200 ? "" : parseErrorType(answer.headers["x-amzn-errortype"], body);
  return { status: answer.status, body, type };
}

/** Only throttling is repeated here: the client has repeated whatever else passes. */
async function ask(input: FetchTokenInput): Promise<Answer | BaleError> {
  return retryFailures(
    async () => {
      let answer: Answer;
      try {
        answer = await askOnce(input);
      } catch (error) {
        if (BaleError.is(error) && error.code !== "INTERRUPTED") return error;
        throw error;
      }
      if (isThrottled(answer.type)) throw refusal(input, answer.status, answer.type);
      return answer;
    },
    { tries: TRIES, signal: input.signal, random: input.random, sleep: input.sleep },
  );
}

/**
 * GetAuthorizationToken of ECR or ECR Public: user and password for the registry, and when they end.
 * @throws BaleError `AUTH_FAILED`, `AUTH_SERVICE`, `RATE_LIMITED`, all naming the source of the keys; `INTERRUPTED`
 */
export async function fetchToken(input: FetchTokenInput): Promise<EcrToken> {
  const answer = await ask(input);
  if (BaleError.is(answer)) throw unusable(input, answer.message, answer);
  if (answer.status !== 200) throw refusal(input, answer.status, answer.type);
  const token = parseTokenAnswer(answer.body);
  if (typeof token === "string") throw unusable(input, token);
  return token;
}
