import { runTool } from "@bale/tooling-services";

/** Runs a client that has to succeed, and returns what it printed. */
export async function mustRun(
  tool: "oras" | "crane" | "skopeo",
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  const result = await runTool(tool, args, options);
  if (result.code === 0) return result.stdout;
  throw new Error(`${tool} ${args.join(" ")} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`);
}
