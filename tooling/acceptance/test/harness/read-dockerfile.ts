import { readFileSync } from "node:fs";

export interface DockerInstruction {
  readonly name: string;
  readonly text: string;
}

const KNOWN = /^(?:FROM|ARG|RUN|USER|ENV|WORKDIR|ENTRYPOINT|CMD|COPY)$/;

/** The instructions of a Dockerfile: comments left out, continued lines joined. Heredocs and other escapes are not read. */
export function readDockerfile(file: string): readonly DockerInstruction[] {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, name = "", text = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (!KNOWN.test(name)) throw new Error(`${file}: ${line}`);
    return { name, text };
  });
}

/** What `ARG NAME=default` lines set. */
export function defaultArguments(
  instructions: readonly DockerInstruction[],
): Readonly<Record<string, string>> {
  const given = instructions.filter(({ name }) => name === "ARG").map(({ text }) => text.split("=", 2));
  return Object.fromEntries(given.map(([name = "", value = ""]) => [name, value]));
}
