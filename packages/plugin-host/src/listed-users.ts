import { BaleError } from "@bale/spec";
import type { DriverCalls } from "./driver-calls.js";
import { memberOf } from "./safe-cause.js";

// As many repositories as nobody has behind one store; a plugin that never ends is stopped here.
const MOST_USERS = 100_000;
const LONGEST_NAME = 1024;
const CONTROL = /[\p{Cc}\p{Cf}]/u;

/** What a plugin lists as users of a store. A name that cannot be one is the plugin's fault, and ends the work: nothing may be collected then. */
export async function listedUsers(
  { guard, ask }: Pick<DriverCalls, "guard" | "ask">,
  list: () => unknown,
  what: string,
): Promise<readonly string[]> {
  const doing = `listing the users of ${what}`;
  const iterator = guard.now(doing, () => (list() as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  const users: string[] = [];
  for (;;) {
    const answer = await ask(doing, () => iterator.next());
    if (memberOf(answer, "done") === true) return users;
    const user = memberOf(answer, "value");
    if (typeof user !== "string" || user === "" || user.length > LONGEST_NAME || CONTROL.test(user))
      throw guard.rubbish(doing, "it lists something that is no name of a repository");
    users.push(user);
    if (users.length > MOST_USERS)
      throw new BaleError({
        code: "LIMIT",
        message: `${what} has more than ${MOST_USERS} users`,
        context: { plugin: guard.plugin },
      });
  }
}
