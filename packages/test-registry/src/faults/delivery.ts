import type { MetFault } from "./fault-set.js";

/** How an answer is sent. Without any part it is sent as it is. */
export interface Delivery {
  /** Cut the connection instead of answering. */
  readonly lost?: boolean;
  /** Reset the connection after so many bytes of the body. */
  readonly resetAfterBytes?: number;
  /** End the connection in good order after so many bytes of the body. */
  readonly endAfterBytes?: number;
  readonly stall?: { readonly afterBytes: number; readonly milliseconds: number | undefined };
  readonly bytesPerSecond?: number;
  /** Reset the connection when all is sent. */
  readonly resetWhenDone?: boolean;
}

export function planDelivery(met: readonly MetFault[]): Delivery {
  let delivery: Delivery = {};
  for (const { action } of met) {
    if (action.kind === "lost-answer") delivery = { ...delivery, lost: true };
    if (action.kind === "reset-after") delivery = { ...delivery, resetWhenDone: true };
    if (action.kind === "reset-download") delivery = { ...delivery, resetAfterBytes: action.afterBytes };
    if (action.kind === "truncate" && action.length !== "adjusted") {
      delivery = { ...delivery, endAfterBytes: action.bytes };
    }
    if (action.kind === "slow") delivery = { ...delivery, bytesPerSecond: action.bytesPerSecond };
    if (action.kind === "stall") {
      const { afterBytes = 0, milliseconds } = action;
      delivery = { ...delivery, stall: { afterBytes, milliseconds } };
    }
  }
  return delivery;
}

/** Where the request's body is to be cut, if anywhere. */
export function uploadCut(met: readonly MetFault[]): number | undefined {
  for (const { action } of met) if (action.kind === "reset-upload") return action.afterBytes;
  return undefined;
}
