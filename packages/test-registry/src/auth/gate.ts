import { type Answer, bytesAnswer, errorAnswer } from "../answer.js";
import { pause } from "../pause.js";
import type { Route } from "../route.js";
import type { AuthControl, AuthOptions, TokenRequest } from "./auth-options.js";
import { isKnown, parseBasic, parseBearer } from "./credentials.js";
import { formatScope, requiredScopes, type Scope, singleScopes } from "./scope.js";
import { answerTokenCall, denies, type TokenCall } from "./token-endpoint.js";
import { createTokenTable } from "./token-table.js";

/** Decides who comes in. */
export interface Gate {
  readonly control: AuthControl;
  /** An answer when the request is refused, undefined when it may go on. */
  check(
    route: Route,
    method: string,
    query: URLSearchParams,
    authorization: string | undefined,
  ): Answer | undefined;
  /** Undefined when there is no token endpoint. */
  token(call: TokenCall, closing: AbortSignal): Promise<Answer | undefined>;
}

/** `defaultRealm` gives the token endpoint's address on either listener. */
export function createGate(
  initial: AuthOptions | undefined,
  defaultRealm: (options: AuthOptions) => string,
): Gate {
  const tokens = createTokenTable();
  const asked: TokenRequest[] = [];
  let options = initial;
  let failures = 0;
  tokens.addRefresh(initial?.refreshTokens ?? {});

  function challenge(current: AuthOptions, scopes: readonly Scope[], error?: string): Answer {
    const parameters = [
      `realm="${current.realm ?? defaultRealm(current)}"`,
      `service="${current.service ?? "test-registry"}"`,
      ...(scopes.length > 0 ? [`scope="${scopes.map(formatScope).join(" ")}"`] : []),
      ...(error === undefined ? [] : [`error="${error}"`]),
    ];
    const header =
      current.scheme === "basic" ? 'Basic realm="test-registry"' : `Bearer ${parameters.join(",")}`;
    return errorAnswer(401, "UNAUTHORIZED", "authentication required", { "www-authenticate": header });
  }

  return {
    control: {
      asked,
      clearAsked() {
        asked.length = 0;
      },
      configure(change) {
        failures = 0;
        options = change === undefined ? undefined : { ...(options ?? { scheme: "bearer" }), ...change };
        tokens.addRefresh(change?.refreshTokens ?? {});
      },
      revokeTokens: () => tokens.revoke(),
      revokeRefreshTokens: () => tokens.revokeRefresh(),
    },
    check(route, method, query, authorization) {
      if (options === undefined) return undefined;
      const scopes = requiredScopes(route, method, query);
      const needed = scopes.flatMap(singleScopes);
      if (options.endless === true) return challenge(options, scopes, "invalid_token");
      if (options.scheme === "basic") {
        const credentials = parseBasic(authorization);
        const reads = options.anonymousPull === true && (method === "GET" || method === "HEAD");
        const known = credentials === undefined ? reads : isKnown(options, credentials);
        if (!known) return challenge(options, scopes);
        const current = options;
        return needed.some((scope) => denies(current, scope))
          ? errorAnswer(403, "DENIED", "requested access to the resource is denied")
          : undefined;
      }
      const token = parseBearer(authorization);
      if (token === undefined) return challenge(options, scopes);
      const granted = tokens.scopes(token);
      if (granted === undefined) return challenge(options, scopes, "invalid_token");
      return needed.every((scope) => granted.has(scope))
        ? undefined
        : challenge(options, scopes, "insufficient_scope");
    },
    async token(call, closing) {
      if (options?.scheme !== "bearer") return undefined;
      await pause(options.tokenDelayMilliseconds ?? 0, closing);
      const { tokenFailure } = options;
      const { answer, request } = answerTokenCall(options, tokens, call);
      if (tokenFailure !== undefined && (tokenFailure.times === 0 || failures < tokenFailure.times)) {
        failures += 1;
        asked.push({ ...request, status: tokenFailure.status });
        const { body = "", retryAfter } = tokenFailure;
        const wait = retryAfter === undefined ? {} : { "retry-after": retryAfter };
        return bytesAnswer(tokenFailure.status, Buffer.from(body), { "content-type": "text/plain", ...wait });
      }
      asked.push(request);
      return answer;
    },
  };
}
