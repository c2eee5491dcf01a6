import type { PingReport } from "@bale/sdk";
import { BaleError, type CredentialProvider } from "@bale/spec";
import type { Client } from "../compose/client.js";
import { type CommandCall, longCall } from "../definition/command-call.js";
import type { GivenCredential } from "./given-credential.js";
import type { SignInTarget } from "./sign-in-target.js";

/** Whom messages name: what is checked was given to this very command. */
const SOURCE = "as given";

export interface CheckedCredential {
  readonly client: Client;
  /** Whether the registry asked for it: one that lets everybody in cannot tell a right password from a wrong one. */
  readonly checked: boolean;
}

function given(origins: readonly string[], credential: GivenCredential): CredentialProvider {
  return {
    id: "given",
    resolve: async ({ origin }) => (origins.includes(origin) ? { ...credential, source: SOURCE } : undefined),
  };
}

function refusal({ details, host }: PingReport, name: string): BaleError {
  const { failure, verdict } = details ?? {};
  const advice =
    verdict === "refused"
      ? `check the user name and the password; many registries take a token in place of the password`
      : failure?.fix;
  return new BaleError({
    code: failure?.code ?? "CONNECT_FAILED",
    message: failure?.message ?? `${host} does not answer`,
    why: [failure?.why, `nothing was stored for ${name}`].filter((part) => part !== undefined).join("; "),
    fix: advice,
    context: { host },
  });
}

/**
 * Shows a credential to the registry that it is for, the way every request does.
 * @throws BaleError `AUTH_FAILED` and `DENIED` where it is refused, `UNSUPPORTED` for what is no registry, `CONNECT_FAILED`, `TLS`, `TIMEOUT` and
 *   others where nobody could tell
 */
export async function checkCredential(
  call: CommandCall,
  { host, name }: SignInTarget,
  credential: GivenCredential,
): Promise<CheckedCredential> {
  const client = await call.client({
    references: [`${host}/login`],
    credentials: (origins) => given(origins, credential),
  });
  const report = await client.bale.ping(host, longCall(call));
  if (report.details?.verdict !== "ready") throw refusal(report, name);
  return { client, checked: report.details.identity !== undefined };
}
