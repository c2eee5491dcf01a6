import type { PullCommandOptions, PushCommandOptions } from "../../src/index.js";
import {
  type Bench,
  type BenchOptions,
  type Files,
  failureOf,
  openBench,
  type Work,
} from "../bench.testing.js";

/** How three trees come about: pushed together, then changed here and there. */
export interface Situation {
  readonly base?: Files | undefined;
  /** Tracked changes of this workspace; new paths are added. */
  readonly here?: Files | undefined;
  /** Written here and not added. */
  readonly untracked?: Files | undefined;
  /** Given to `bale remove` here; they stay on disk. */
  readonly removed?: readonly string[] | undefined;
  /** What somebody else pushed since. */
  readonly there?: Files | undefined;
}

/** A situation as it is on disk and in a registry; every command runs on a copy of its own. */
export interface Stage extends AsyncDisposable {
  readonly bench: Bench;
  readonly mine: Work;
  /** The workspace after a command, or the refusal, in one line. */
  readonly pulled: (options?: PullCommandOptions) => Promise<string>;
  readonly pushed: (options?: PushCommandOptions) => Promise<string>;
  /** The workspace as no command has touched it, in the words of `pulled`. */
  readonly untouched: () => Promise<string>;
}

const NOTHING = "-";

function shown(files: Readonly<Record<string, string>>): string {
  const text = Object.entries(files).map(([path, content]) => `${path}=${content}`);
  return text.length === 0 ? NOTHING : text.join(" ");
}

/** Digest → content, for the short contents of these tests. */
async function remoteTree(bench: Bench, reference: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  const { files } = await bench.bale.ls(reference);
  for (const file of files) {
    if (file.layer === "bale") continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await bench.bale.cat(`${reference}//${file.path}`)).content)
      chunks.push(chunk);
    const content = Buffer.concat(chunks).toString("utf8");
    tree[file.path] = file.kind === "link" ? `->${content}` : `${file.kind === "exec" ? "x:" : ""}${content}`;
  }
  return tree;
}

async function rest(work: Work): Promise<string> {
  const kept = work.kept();
  const then = await work.verdicts();
  return `${kept.length > 0 ? ` | kept ${kept.join(" ")}` : ""}${then.length > 0 ? ` | then ${then.join(", ")}` : ""}`;
}

/** A refusal touches nothing: the tree and what is kept must be what they were. */
async function refusal(work: Work, before: string, command: Promise<unknown>): Promise<string> {
  const error = await failureOf(command);
  const after = JSON.stringify([work.disk(), work.kept()]);
  if (after !== before) throw new Error(`refused with ${error.code}, and yet ${before} became ${after}`);
  const paths = (error.context["paths"] as readonly string[] | undefined) ?? [];
  return `${error.code}: ${paths.join(" ")}`;
}

async function outcome<Result extends { readonly outcome: string }>(
  work: Work,
  command: () => Promise<Result>,
  done: (result: Result) => Promise<string>,
): Promise<string> {
  const before = JSON.stringify([work.disk(), work.kept()]);
  let result: Result;
  try {
    result = await command();
  } catch (error) {
    return refusal(work, before, Promise.reject(error));
  }
  return done(result);
}

export async function stage(
  situation: Situation,
  options: BenchOptions & { readonly yaml?: string } = {},
): Promise<Stage> {
  const bench = await openBench(options);
  const mine = await bench.work("mine", options.yaml);
  await mine.track(situation.base ?? {});
  await mine.push();
  if (situation.there) {
    const other = await bench.clone("other");
    await other.track(situation.there);
    await other.push();
  }
  await mine.track(situation.here ?? {});
  for (const path of situation.removed ?? []) await mine.remove(path);
  mine.write(situation.untracked ?? {});
  const tag = bench.registry.store.resolveTag("acme/app", "v1") as string;
  let copies = 0;
  const fresh = (): Work => {
    bench.registry.store.setTag("acme/app", "v1", tag);
    return mine.copy(`copy-${++copies}`);
  };
  return {
    bench,
    mine,
    pulled: async (pull) => {
      const work = fresh();
      return outcome(
        work,
        () => work.pull(pull),
        async () => `${shown(work.disk())}${await rest(work)}`,
      );
    },
    pushed: async (push) => {
      const work = fresh();
      return outcome(
        work,
        () => work.push(push),
        async (result) => {
          const sent = result.outcome === "pushed" ? "" : `${result.outcome}, `;
          return `${sent}remote ${shown(await remoteTree(bench, bench.reference()))}${await rest(work)}`;
        },
      );
    },
    untouched: async () => {
      const work = fresh();
      return `${shown(work.disk())}${await rest(work)}`;
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}
