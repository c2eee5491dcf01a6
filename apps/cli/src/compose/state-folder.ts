import { isAbsolute, join } from "node:path";

export interface StatePlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform?: string | undefined;
}

/**
 * Where bale keeps what it has found out and could find out again. XDG base directory specification: a relative value of `XDG_STATE_HOME` is
 * ignored.
 */
export function stateFolder({ env, home, platform = process.platform }: StatePlaces): string {
  const state = env["XDG_STATE_HOME"];
  if (state !== undefined && isAbsolute(state)) return join(state, "bale");
  const local = env["LOCALAPPDATA"];
  const folder =
    platform === "win32" && local !== undefined && local !== "" ? local : join(home, ".local", "state");
  return join(folder, "bale");
}
