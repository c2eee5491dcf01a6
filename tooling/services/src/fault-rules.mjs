/**
 * What a fault does to the request it is applied to:
 *
 * | fault      | effect                                                                                       |
 * |------------|----------------------------------------------------------------------------------------------|
 * | status     | answers `status` (503) with `headers` and `body`; the server never sees the request           |
 * | gone       | answers 404 with the OCI error `code` (BLOB_UNKNOWN); the server never sees the request       |
 * | redirect   | answers `status` (307) to `location`; a final "*" there stands for the request's target       |
 * | reset      | resets the connection: `at` "request" before the server sees it, "body" after `bytes` of the  |
 * |            | request body, "answer" after the server's answer began                                        |
 * | lostanswer | lets the server do all the work, then resets the connection: was it committed?                |
 * | truncate   | passes `bytes` of the answer's body, then closes: Content-Length was a lie                    |
 * | stall      | passes `bytes` of the answer's body, then says nothing more                                   |
 * | corrupt    | turns one bit of byte `position` (0) of the answer's body                                     |
 * | extra      | adds `bytes` (1) bytes after the answer's body, sent without a length                         |
 * | header     | sets the answer's `headers`; null removes one                                                 |
 * | replace    | passes the answer's headers with `body` in place of its body                                  |
 *
 * @typedef {object} FaultRule
 * @property {"status" | "gone" | "redirect" | "reset" | "lostanswer" | "truncate" | "stall" | "corrupt" | "extra" | "header" | "replace"} fault
 * @property {string} [method]    only requests with this method
 * @property {RegExp} [target]    only requests whose path and query match
 * @property {number} [skip]      lets this many matching requests pass first (0)
 * @property {number} [times]     how many requests it is applied to (1); Infinity for all
 * @property {number} [status]
 * @property {Readonly<Record<string, string | null>>} [headers]
 * @property {string} [body]
 * @property {string} [code]
 * @property {string} [location]
 * @property {"request" | "body" | "answer"} [at]
 * @property {number} [bytes]
 * @property {number} [position]
 */

/**
 * Finds the rule for each request in turn: the first that matches and is not used up.
 * @param {readonly FaultRule[]} rules
 * @returns {(method: string, target: string) => FaultRule | undefined}
 */
export function ruleFinder(rules) {
  const counted = rules.map((rule) => ({ rule, seen: 0 }));
  return (method, target) => {
    for (const entry of counted) {
      const { rule } = entry;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (rule.target !== undefined && target.search(rule.target) < 0) continue;
      entry.seen += 1;
      const turn = entry.seen - (rule.skip ?? 0);
      if (turn >= 1 && turn <= (rule.times ?? 1)) return rule;
    }
    return undefined;
  };
}
