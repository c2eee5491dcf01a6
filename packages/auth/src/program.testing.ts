import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ProgramFolder extends AsyncDisposable {
  readonly path: string;
}

/** A folder with one program in it, whose text is JavaScript. */
export async function programFolder(name: string, script: string): Promise<ProgramFolder> {
  const path = await mkdtemp(join(tmpdir(), "bale-program-"));
  const file = join(path, name);
  await writeFile(file, `#!${process.execPath}\n${script}\n`);
  await chmod(file, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
