import { randomBytes } from "node:crypto";

interface IssuedToken {
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: number;
}

/** The tokens in force. They are opaque random strings. */
export interface TokenTable {
  issue(scopes: ReadonlySet<string>, seconds: number): string;
  /** The scopes of a token that is known and not expired. */
  scopes(token: string): ReadonlySet<string> | undefined;
  issueRefresh(user: string): string;
  refreshUser(token: string): string | undefined;
  addRefresh(tokens: Readonly<Record<string, string>>): void;
  revoke(): void;
  revokeRefresh(): void;
}

export function createTokenTable(): TokenTable {
  const tokens = new Map<string, IssuedToken>();
  const refreshTokens = new Map<string, string>();
  const random = (): string => randomBytes(24).toString("base64url");
  return {
    issue(scopes, seconds) {
      const token = random();
      tokens.set(token, { scopes, expiresAt: Date.now() + seconds * 1000 });
      return token;
    },
    scopes(token) {
      const found = tokens.get(token);
      return found !== undefined && Date.now() < found.expiresAt ? found.scopes : undefined;
    },
    issueRefresh(user) {
      const token = random();
      refreshTokens.set(token, user);
      return token;
    },
    refreshUser: (token) => refreshTokens.get(token),
    addRefresh(given) {
      for (const [token, user] of Object.entries(given)) refreshTokens.set(token, user);
    },
    revoke: () => tokens.clear(),
    revokeRefresh: () => refreshTokens.clear(),
  };
}
