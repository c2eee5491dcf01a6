/** How far an exchange had come when it failed. */
export type Stage =
  /** Nothing of the request was sent. */
  | "connecting"
  /** Sent in part or whole; no byte of an answer. */
  | "waiting"
  /** The answer had begun. */
  | "receiving";
export interface TransportFailure {
  readonly cause: unknown;
  readonly stage: Stage;
  /** The failing side is the source of the request's body, not the network. */
  readonly fromSource?: boolean | undefined;
}

/** Our own watch ended the exchange, not the network. */
export class SilenceError extends Error {
  readonly code = "SILENCE";
}
