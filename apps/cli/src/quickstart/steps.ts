import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeSample } from "./sample-files.js";

/** The folders of one run: two people's workspaces, and the registry between them. */
export interface Stage {
  readonly root: string;
  readonly author: string;
  readonly server: string;
}
export interface StepOutcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface QuickstartStep {
  /** What a reader learns from it. */
  readonly says: string;
  /** Where it runs: a folder of the stage. */
  readonly at: keyof Stage;
  readonly args: readonly string[];
  /** What happens before it, outside of bale. */
  readonly before?: ((stage: Stage) => Promise<void>) | undefined;
  readonly exit: number;
  /** What is wrong with the result; `undefined` when it is as it should be. */
  readonly check?: ((outcome: StepOutcome, stage: Stage) => string | undefined) | undefined;
}

const STORE = "oci:../store:v1";

function mentions(...words: readonly string[]): NonNullable<QuickstartStep["check"]> {
  return ({ stdout, stderr }) => {
    const missing = words.find((word) => !stdout.includes(word) && !stderr.includes(word));
    return missing === undefined ? undefined : `the output does not mention ${missing}`;
  };
}

function holds(folder: keyof Stage, path: string, text: string): NonNullable<QuickstartStep["check"]> {
  return (_outcome, stage) => {
    const file = join(stage[folder], path);
    const found = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    return found === text ? undefined : `${path} does not hold what it should`;
  };
}

function onlyRuntime(_outcome: StepOutcome, { server }: Stage): string | undefined {
  if (!existsSync(join(server, "src/predict.py"))) return "src/predict.py is missing";
  return existsSync(join(server, "data/cases.csv")) ? "data/cases.csv was fetched" : undefined;
}

const IMPROVED = "threshold: 0.6\nregion: east\n";
const TUNED = "threshold: 0.9\nregion: west\n";

/** The main job: track, push, change, take a part elsewhere, meet a conflict, settle it, prove everything. */
export const QUICKSTART_STEPS: readonly QuickstartStep[] = [
  {
    says: "Make the folder a workspace. bale.yaml, which declares layers and roles, is there already and stays as it is.",
    at: "author",
    args: ["init"],
    exit: 0,
    check: mentions("left as it was: bale.yaml"),
  },
  {
    says: "Track everything in it.",
    at: "author",
    args: ["add", "."],
    exit: 0,
    check: mentions("data/cases.csv"),
  },
  {
    says: "Push it. An OCI layout on disk stands in for a registry such as ghcr.io.",
    at: "author",
    args: ["push", "-u", STORE],
    exit: 0,
    check: mentions("pushed", "sha256:"),
  },
  {
    says: "Change a setting, and ask what is different.",
    at: "author",
    args: ["status"],
    before: ({ author }) => writeSample(author, { "configs/model.yaml": "threshold: 0.55\nregion: east\n" }),
    exit: 0,
    check: mentions("local changes", "configs/model.yaml"),
  },
  {
    says: "Push again: only what changed is sent.",
    at: "author",
    args: ["push"],
    exit: 0,
    check: mentions("1 file in"),
  },
  {
    says: "Elsewhere, clone the role `runtime`: code and configuration, no data.",
    at: "root",
    args: ["clone", "oci:store:v1", "server", "--role", "runtime"],
    exit: 0,
    check: onlyRuntime,
  },
  {
    says: "The author improves the same setting, and pushes.",
    at: "author",
    args: ["push"],
    before: ({ author }) => writeSample(author, { "configs/model.yaml": IMPROVED }),
    exit: 0,
    check: mentions("pushed"),
  },
  {
    says: "On the server somebody tuned that file as well. A pull would lose their work, so it refuses, and says what to do.",
    at: "server",
    args: ["pull"],
    before: ({ server }) => writeSample(server, { "configs/model.yaml": TUNED }),
    exit: 6,
    check: (outcome, stage) =>
      mentions("configs/model.yaml", "--theirs", "--ours")(outcome, stage) ??
      holds("server", "configs/model.yaml", TUNED)(outcome, stage),
  },
  {
    says: "Take the author's version.",
    at: "server",
    args: ["pull", "--theirs", "configs/model.yaml"],
    exit: 0,
    check: holds("server", "configs/model.yaml", IMPROVED),
  },
  {
    says: "What was there before is not lost.",
    at: "server",
    args: ["restore"],
    exit: 0,
    check: mentions("configs/model.yaml"),
  },
  { says: "Both sides agree now.", at: "server", args: ["status", "--exit-code"], exit: 0 },
  {
    says: "Check every byte in the store against its digest.",
    at: "root",
    args: ["verify", "oci:store:v1", "--deep"],
    exit: 0,
    check: mentions("verified"),
  },
];
