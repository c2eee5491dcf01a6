import { type AuthorizeInput, type Authorizer, type ChallengeInput, hostKind } from "@bale/http";
import { BaleError, type CredentialProvider, type HttpClient } from "@bale/spec";
import { basicHeader } from "./basic-header.js";
import { checkRealm } from "./check-realm.js";
import { fetchToken } from "./fetch-token.js";
import { marginForBody, marginWithoutBody } from "./freshness.js";
import { type Challenge, parseChallenges } from "./parse-challenges.js";
import { scopesCover, scopesFor } from "./scopes.js";
import { createSharedFlight } from "./shared-flight.js";
import { describeCredential, type SourcedCredential } from "./sourced-credential.js";
import type { Token } from "./token-answer.js";

export interface AuthorizerOptions {
  readonly provider: CredentialProvider;
  /** Used for token services only; must have no authorizer of its own. */
  readonly http: Pick<HttpClient, "request">;
  /**
   * Origins that the user has marked as insecure: credentials may go there over plain http, and a token service there may have an
   * internal address. Loopback registries need no mark.
   */
  readonly allowedInsecure?: ((origin: string) => boolean) | undefined;
  /** Monotonic milliseconds: the wall clock may jump while a token lives. */
  readonly now?: (() => number) | undefined;
  readonly log?:
    | ((level: "debug" | "warn", message: string, fields?: Readonly<Record<string, unknown>>) => void)
    | undefined;
}

/** What an origin asked for last. */
type Scheme =
  | { readonly kind: "basic" }
  | { readonly kind: "bearer"; readonly realm: URL; readonly service: string | undefined };

interface HeldToken {
  readonly header: string;
  readonly origin: string;
  readonly scopes: readonly string[];
  readonly endsAt: number;
  readonly lifeMs: number;
}

function onlyReads(access: AuthorizeInput["access"]): boolean {
  return (access?.actions ?? []).every((action) => action === "pull");
}

function repositoryKey(input: AuthorizeInput): string {
  return JSON.stringify([input.origin, input.access?.repository ?? null]);
}

/**
 * Answers the challenges of registries: Basic, and Bearer by way of a token service. Nothing is sent before a challenge; what an
 * origin asked for is remembered, so that later requests carry their header at once. Tokens are kept in memory by origin and set
 * of scopes, fetched once however many ask, and renewed before they end: in their last tenth, and before a body is sent also in their
 * last minute, since a body that is refused has to be sent again.
 *
 * @throws BaleError from `authorize` and `challenge`: `AUTH_FAILED`, `DENIED`, `AUTH_SERVICE`, `CROSS_ORIGIN`, `INTERRUPTED`, and
 *   what the provider throws
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const now = options.now ?? (() => performance.now());
  const schemes = new Map<string, Scheme>();
  const tokens = new Map<string, HeldToken>();
  const identities = new Map<string, string>();
  const flight = createSharedFlight<string>();

  const mayCarry = (origin: string): boolean =>
    origin.startsWith("https:") ||
    hostKind(new URL(origin).host) === "loopback" ||
    (options.allowedInsecure?.(origin) ?? false);

  const resolve = async (input: AuthorizeInput): Promise<SourcedCredential> => {
    const { access, origin, signal } = input;
    let credential: SourcedCredential = { kind: "anonymous" };
    if (mayCarry(origin))
      credential = (await options.provider.resolve(
        { origin, repository: access?.repository, actions: access?.actions ?? [] },
        { signal },
      )) ?? { kind: "anonymous" };
    else options.log?.("warn", "no credentials are sent over plain http", { origin });
    if (credential.kind === "anonymous") identities.delete(repositoryKey(input));
    else identities.set(repositoryKey(input), describeCredential(credential));
    return credential;
  };

  const tokenKey = (input: AuthorizeInput): string =>
    JSON.stringify([input.origin, ...scopesFor(input.access)]);

  const hold = (input: AuthorizeInput, header: string, lifeMs: number): HeldToken => {
    const time = now();
    for (const [other, held] of tokens) if (held.endsAt <= time) tokens.delete(other);
    const scopes = scopesFor(input.access);
    const held = { header, origin: input.origin, scopes, endsAt: time + lifeMs, lifeMs };
    tokens.set(tokenKey(input), held);
    return held;
  };

  /** A token for just this, else one that allows more: a pull after a push needs no second one. */
  const find = (input: AuthorizeInput): HeldToken | undefined => {
    const time = now();
    const needed = scopesFor(input.access);
    const margin = input.sendsBody ? marginForBody : marginWithoutBody;
    const isUsable = ({ endsAt, lifeMs }: HeldToken): boolean => time < endsAt - margin(lifeMs);
    const exact = tokens.get(tokenKey(input));
    if (exact && isUsable(exact)) return exact;
    for (const held of tokens.values())
      if (held.origin === input.origin && isUsable(held) && scopesCover(held.scopes, needed)) return held;
    return undefined;
  };

  const obtain = (input: AuthorizeInput, scheme: Scheme & { readonly kind: "bearer" }): Promise<string> => {
    const held = find(input);
    if (held) return Promise.resolve(held.header);
    return flight(
      tokenKey(input),
      async (signal) => {
        const credential = await resolve({ ...input, signal });
        // A registry token is the answer already.
        if (credential.kind === "bearer") return `Bearer ${credential.token.reveal()}`;
        const fetch = (as: SourcedCredential): Promise<Token> =>
          fetchToken({
            http: options.http,
            realm: scheme.realm,
            service: scheme.service,
            scopes: scopesFor(input.access),
            credential: as,
            registry: new URL(input.origin).host,
            signal,
          });
        const token = await fetch(credential).catch((error: unknown) => {
          const refused = BaleError.is(error, "DENIED") || BaleError.is(error, "AUTH_FAILED");
          if (!refused || !("ambient" in credential && credential.ambient) || !onlyReads(input.access))
            throw error;
          options.log?.("debug", "a token that lay around is refused; what is public needs none", {
            origin: input.origin,
            source: credential.source,
          });
          identities.delete(repositoryKey(input));
          // Whoever has no access either way is told of the credentials that were refused.
          return fetch({ kind: "anonymous" }).catch(() => Promise.reject(error));
        });
        return hold(input, `Bearer ${token.value}`, token.lifeMs).header;
      },
      input.signal,
    );
  };

  const headerFor = async (input: AuthorizeInput, scheme: Scheme): Promise<string | undefined> => {
    if (scheme.kind === "bearer") return obtain(input, scheme);
    const credential = await resolve(input);
    return credential.kind === "basic" ? basicHeader(credential) : undefined;
  };

  const learn = (input: ChallengeInput): Scheme | undefined => {
    const challenges = parseChallenges(input.wwwAuthenticate);
    const bearer = challenges.find(
      (challenge) => challenge.scheme === "bearer" && realmOf(challenge) !== undefined,
    );
    if (bearer) {
      const realm = checkRealm({
        realm: realmOf(bearer) ?? "",
        origin: input.origin,
        allowedInsecure: options.allowedInsecure,
      });
      const before = schemes.get(input.origin);
      if (before?.kind !== "bearer" || before.realm.host !== realm.host)
        options.log?.("debug", "a registry names its token service", {
          origin: input.origin,
          host: realm.host,
        });
      return { kind: "bearer", realm, service: bearer.parameters.get("service") };
    }
    return challenges.some((challenge) => challenge.scheme === "basic") ? { kind: "basic" } : undefined;
  };

  return {
    authorize: async (input) => {
      const scheme = schemes.get(input.origin);
      return scheme ? headerFor(input, scheme) : undefined;
    },
    challenge: async (input) => {
      const scheme = learn(input);
      if (!scheme) return false;
      schemes.set(input.origin, scheme);
      // Only the token that was refused is dropped: another request may have renewed it in between.
      for (const [key, held] of tokens) if (held.header === input.sent) tokens.delete(key);
      const header = await headerFor(input, scheme);
      return header !== undefined && header !== input.sent;
    },
    identity: (input) => identities.get(repositoryKey(input)),
  };
}

function realmOf(challenge: Challenge): string | undefined {
  return challenge.parameters.get("realm");
}
