import { clockSkew, escapeTerminal, redactText } from "@bale/http";
import { BaleError, type ErrorCode, type HttpResponse, LIMITS, type Retry } from "@bale/spec";
import type { AzureAccess } from "../access/access-finder.js";
import { textOf } from "./read-xml.js";

/** What was asked, for messages. */
export interface Asked {
  readonly account: string;
  readonly container: string;
  readonly access: AzureAccess;
  readonly now: number;
}

const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const LONGEST_DETAIL = 300;

/** Where the name of an error says more than its status ("Blob service error codes"). */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  ContainerBeingDeleted: "SERVER",
  BlobArchived: "CAPABILITY_MISSING",
  BlobBeingRehydrated: "CAPABILITY_MISSING",
  BlobTierInadequateForContentLength: "CAPABILITY_MISSING",
  InvalidAuthenticationInfo: "AUTH_FAILED",
  NoAuthenticationInformation: "AUTH_FAILED",
  PublicAccessNotPermitted: "AUTH_FAILED",
  Md5Mismatch: "STORE_CORRUPT",
};
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "AUTH_FAILED",
  403: "DENIED",
  404: "NOT_FOUND",
  409: "STORE_CONFLICT",
  412: "STORE_CONFLICT",
  413: "TOO_LARGE",
  416: "RANGE_INVALID",
};

/** By which Azure says that a blob is there already and stays as it is: a condition, a lease, a policy, or rights to create only. */
const EXISTS: ReadonlySet<string> = new Set([
  "BlobAlreadyExists",
  "BlobImmutableDueToPolicy",
  "ConditionNotMet",
  "LeaseIdMissing",
  "TargetConditionNotMet",
  "UnauthorizedBlobOverwrite",
]);

/** The name of an error; also answers to HEAD have it. */
export function errorName({ headers }: Pick<HttpResponse, "headers">): string | undefined {
  const name = headers["x-ms-error-code"];
  return name !== undefined && CODE.test(name) ? name : undefined;
}

/** Whether a refused write means that there is a blob of that name. */
export function saysExists(response: Pick<HttpResponse, "headers" | "status">): boolean {
  const name = errorName(response);
  return name === undefined ? response.status === 412 : EXISTS.has(name);
}

function codeOf(status: number, name: string | undefined, anonymous: boolean): ErrorCode {
  // To those who say nothing of themselves, a container that is not public is not there.
  if (anonymous && (name === "ResourceNotFound" || status === 403)) return "AUTH_FAILED";
  const known = name !== undefined && Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  return known ?? BY_STATUS[status] ?? "SERVER";
}

function fixOf(code: ErrorCode, { account, access }: Asked, skewed: boolean): string | undefined {
  if (code !== "AUTH_FAILED" && code !== "DENIED")
    return code === "CAPABILITY_MISSING" ? "give the blob an online access tier, then try again" : undefined;
  if (skewed) return "set this machine's clock";
  if (access.kind === "anonymous")
    return `set AZURE_STORAGE_ACCOUNT to ${account} with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, or sign in to Azure`;
  if (access.kind === "token")
    return "give this identity the role Storage Blob Data Reader or Storage Blob Data Contributor";
  return `check ${access.source}: it may have ended, or not allow this`;
}

/** The part of a refusal that says what is wrong with a signature; other details repeat the request. */
function detailIn(xml: string): string | undefined {
  const detail = textOf(xml, "AuthenticationErrorDetail");
  return detail !== undefined && /^(?:Signature not valid|Signed expiry|Request date)/.test(detail)
    ? escapeTerminal(redactText(detail), LONGEST_DETAIL)
    : undefined;
}

async function bodyOf(response: HttpResponse): Promise<string> {
  try {
    return new TextDecoder().decode(await response.bytes(LIMITS.errorBodyBytes));
  } catch (error) {
    if (BaleError.is(error, "INTERRUPTED")) throw error;
    return "";
  }
}

/** The error of an answer that was not hoped for; reads its body. Names account and container, never an address. */
export async function refusalOf(response: HttpResponse, asked: Asked): Promise<BaleError> {
  const { account, container, access } = asked;
  const { status } = response;
  const xml = await bodyOf(response);
  const name = errorName(response) ?? textOf(xml, "Code")?.match(CODE)?.[0];
  const code = codeOf(status, name, access.kind === "anonymous");
  const isRefused = code === "AUTH_FAILED" || code === "DENIED";
  const skew = isRefused ? clockSkew(response.headers["date"], asked.now) : undefined;
  const whom = access.kind === "anonymous" ? "without credentials" : `with ${access.source}`;
  const facts = [
    `it answered ${status}${name === undefined ? "" : ` (${name})`}${isRefused ? `, asked ${whom}` : ""}`,
    isRefused ? detailIn(xml) : undefined,
    skew,
  ];
  const retry: Retry | undefined =
    code !== "SERVER" || name === "ContainerBeingDeleted" ? undefined : { kind: "never" };
  return new BaleError({
    code,
    message:
      name === "ContainerNotFound"
        ? `the account ${account} has no container ${container}`
        : `the container ${container} of the account ${account} refused`,
    why: facts.filter((fact) => fact !== undefined).join("; "),
    fix: fixOf(code, asked, skew !== undefined),
    context: { account, container, status, ...(name === undefined ? {} : { error: name }) },
    retry,
  });
}
