import type { Bale, ClientOptions } from "@bale/sdk";
import type { SignIn } from "./sign-in.js";

/** A client for one command, composed from what the command line, the environment and the user's files say. */
export interface Client extends AsyncDisposable {
  readonly bale: Bale;
  /** For the source of a copy, where the command line gives settings of its own for it. */
  readonly source: ClientOptions | undefined;
  /** Where credentials come from and go to; `undefined` for a client that makes no request. */
  readonly signIn: SignIn | undefined;
}
