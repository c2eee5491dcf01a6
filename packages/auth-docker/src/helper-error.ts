import { BaleError } from "@bale/spec";

/** What a helper is asked, by whom it is named, and for which registry. */
export interface HelperUse {
  /** The part behind `docker-credential-`. */
  readonly helper: string;
  readonly host: string;
  /** The file that names it. */
  readonly path: string;
}

/** The program's name; anything that could upset a terminal is escaped. */
export function programName(helper: string): string {
  const name = helper.slice(0, 80);
  return /^[A-Za-z0-9._-]*$/.test(name) ? `docker-credential-${name}` : JSON.stringify(name);
}

/** A helper that should have answered and could not. What it printed is never part of this: it may be a secret. */
export function helperError(use: HelperUse, message: string, fix?: string): BaleError {
  return new BaleError({
    code: "CREDENTIAL_HELPER",
    message: `the credential helper ${programName(use.helper)} ${message}`,
    why: `${use.path} names it for ${use.host}; what it printed is not shown, since it may hold secrets`,
    fix: fix ?? `ask it yourself: \`${programName(use.helper)} list\` shows what it keeps, without passwords`,
    context: { helper: use.helper, host: use.host, path: use.path },
  });
}
