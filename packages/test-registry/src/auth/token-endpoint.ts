import { type Answer, bytesAnswer, errorAnswer, jsonAnswer } from "../answer.js";
import type { AuthOptions, TokenRequest } from "./auth-options.js";
import { isKnown, parseBasic } from "./credentials.js";
import { parseScope, singleScopes } from "./scope.js";
import type { TokenTable } from "./token-table.js";

/** A request to the token endpoint, from either listener. */
export interface TokenCall {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

export interface TokenOutcome {
  readonly answer: Answer;
  readonly request: TokenRequest;
}

/** Issues tokens: GET with Basic (distribution, "Token Authentication") and POST (its "OAuth2 Token Authentication"). */
export function answerTokenCall(options: AuthOptions, tokens: TokenTable, call: TokenCall): TokenOutcome {
  const oauth = call.method === "POST";
  const parameters = oauth ? call.form : call.query;
  const asked = parameters.getAll("scope").flatMap((text) => text.split(" ").filter((part) => part !== ""));
  const who = oauth ? formIdentity(options, tokens, call.form) : basicIdentity(options, call.authorization);
  const grantType = call.form.get("grant_type");
  const answer = answerFor(options, tokens, call, who, asked);
  return {
    answer,
    request: {
      method: call.method,
      service: parameters.get("service") ?? "",
      scopes: asked,
      user: who.claimed,
      status: answer.status,
      ...(grantType === null ? {} : { grantType }),
    },
  };
}

/** `user` is undefined when the claim does not hold. */
interface Identity {
  readonly claimed: string;
  readonly user: string | undefined;
}

const anonymous = "anonymous";

function basicIdentity(options: AuthOptions, authorization: string | undefined): Identity {
  if (authorization === undefined) return { claimed: anonymous, user: anonymous };
  const credentials = parseBasic(authorization);
  if (credentials === undefined) return { claimed: "unreadable", user: undefined };
  return { claimed: credentials.user, user: isKnown(options, credentials) ? credentials.user : undefined };
}

function formIdentity(options: AuthOptions, tokens: TokenTable, form: URLSearchParams): Identity {
  if (form.get("grant_type") === "refresh_token") {
    const user = tokens.refreshUser(form.get("refresh_token") ?? "");
    return { claimed: user ?? "unreadable", user };
  }
  const credentials = { user: form.get("username") ?? "", password: form.get("password") ?? "" };
  return { claimed: credentials.user, user: isKnown(options, credentials) ? credentials.user : undefined };
}

function answerFor(
  options: AuthOptions,
  tokens: TokenTable,
  call: TokenCall,
  who: Identity,
  asked: readonly string[],
): Answer {
  const methods: readonly string[] = options.tokenMethods ?? ["GET", "POST"];
  if (!methods.includes(call.method)) return errorAnswer(405, "UNSUPPORTED", "method not allowed");
  if (options.tokenBody !== undefined) {
    return bytesAnswer(200, Buffer.from(options.tokenBody), { "content-type": "application/json" });
  }
  if (who.user === undefined || (who.user === anonymous && options.anonymousPull !== true)) {
    return errorAnswer(401, "UNAUTHORIZED", "incorrect credentials");
  }
  const counted = options.onlyLastScope === true ? asked.slice(-1) : asked;
  const granted = grant(options, who.user, counted);
  const seconds = options.tokenSeconds ?? 300;
  const token = tokens.issue(granted, seconds);
  const field = options.tokenField ?? "both";
  const offline = call.query.get("offline_token") === "true" || call.form.get("access_type") === "offline";
  return jsonAnswer(200, {
    ...(field === "token" || field === "both" ? { token } : {}),
    ...(field === "access_token" || field === "both" ? { access_token: token } : {}),
    ...(options.expiryHidden === true ? {} : { expires_in: seconds, issued_at: new Date().toISOString() }),
    ...(offline && who.user !== anonymous ? { refresh_token: tokens.issueRefresh(who.user) } : {}),
  });
}

/** What of the asked scopes is granted: pull alone for the anonymous, all that is not denied for users. */
function grant(options: AuthOptions, user: string, asked: readonly string[]): ReadonlySet<string> {
  const granted = new Set<string>();
  for (const text of asked) {
    const scope = parseScope(text);
    for (const single of scope === undefined ? [] : singleScopes(scope)) {
      const allowed = user !== anonymous || /^repository:.*:pull$/.test(single);
      if (allowed && !denies(options, single)) granted.add(single);
    }
  }
  return granted;
}

export function denies(options: AuthOptions, scope: string): boolean {
  return options.deny !== undefined && scope.search(options.deny) >= 0;
}
