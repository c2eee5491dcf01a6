import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaleError } from "@bale/spec";
import type { CommandCall } from "../definition/command-call.js";
import type { CommandResult } from "../definition/command-result.js";
import { stripPaint } from "../terminal/strip-paint.js";
import { type TextStyle, textStyle } from "../terminal/text-style.js";
import { wantsColor } from "../terminal/wants-color.js";
import { wrapText } from "../terminal/wrap-text.js";
import { runStep } from "./run-step.js";
import { SAMPLE_FILES, writeSample } from "./sample-files.js";
import { QUICKSTART_STEPS, type QuickstartStep, type Stage, type StepOutcome } from "./steps.js";

interface ReportedStep {
  readonly command: string;
  readonly says: string;
  readonly exit: number;
  readonly output: string;
}

function commandText({ args }: QuickstartStep): string {
  return ["bale", ...args].join(" ");
}

function fault(step: QuickstartStep, outcome: StepOutcome, stage: Stage): string | undefined {
  const { exit, stdout, stderr } = outcome;
  const plain = { exit, stdout: stripPaint(stdout), stderr: stripPaint(stderr) };
  return exit === step.exit
    ? step.check?.(plain, stage)
    : `the exit code is ${exit}, and should be ${step.exit}`;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}

function stepText(step: QuickstartStep, outcome: StepOutcome, style: TextStyle, stage: Stage): string {
  const says = wrapText(step.says, style.width).join("\n");
  const at = step.at === "root" ? "" : `${step.at}`;
  // A reader does not care where temporary folders are.
  const output = indented(
    `${outcome.stdout}${outcome.stderr}`.replaceAll(`${stage.root}/`, "").replaceAll(stage.root, "."),
  );
  const exit = step.exit === 0 ? "" : `  ${style.dim(`exit code ${outcome.exit}`)}\n`;
  return `${says}\n${style.dim(at)}${style.bold(`$ ${commandText(step)}`)}\n${output}${exit}\n`;
}

/** Every step in its order; the first that goes wrong ends the run. */
export async function runQuickstart(call: CommandCall): Promise<CommandResult> {
  const { io, settings, signal } = call;
  const color = wantsColor(io.stdout, settings.color, io.env);
  const style = textStyle({ color, columns: io.stdout.columns });
  const root = await mkdtemp(join(tmpdir(), "bale-quickstart-"));
  const stage: Stage = { root, author: join(root, "author"), server: join(root, "server") };
  const home = join(root, "home");
  const done: ReportedStep[] = [];
  try {
    await mkdir(home);
    await writeSample(stage.author, SAMPLE_FILES);
    for (const step of QUICKSTART_STEPS) {
      await step.before?.(stage);
      const outcome = await runStep(io, {
        args: step.args,
        cwd: stage[step.at],
        home,
        color: color && !settings.json,
        signal,
      });
      if (!settings.json) await io.stdout.write(stepText(step, outcome, style, stage));
      const wrong = fault(step, outcome, stage);
      if (wrong !== undefined)
        throw new BaleError({
          code: "INTERNAL",
          message: `the quickstart went wrong at \`${commandText(step)}\``,
          why: settings.json ? `${wrong}\n${outcome.stdout}${outcome.stderr}` : wrong,
          fix: "report this: every step should work on every machine",
        });
      done.push({
        command: commandText(step),
        says: step.says,
        exit: outcome.exit,
        output: `${outcome.stdout}${outcome.stderr}`,
      });
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return {
    kind: "document",
    document: { steps: done },
    text: () => `All ${done.length} steps did what they should. \`bale help\` lists every command.\n`,
  };
}
