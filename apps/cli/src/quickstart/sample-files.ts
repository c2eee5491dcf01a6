import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A small project with one layer for each kind of file. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = {
  "bale.yaml": [
    'layers: { code: ["src/**"], config: ["configs/**"], data: ["data/**"] }',
    "roles: { runtime: [code, config], training: [code, config, data] }",
    "",
  ].join("\n"),
  "src/predict.py": 'import sys\n\nprint("malaria risk:", len(sys.argv) * 0.1)\n',
  "configs/model.yaml": "threshold: 0.5\nregion: east\n",
  "data/cases.csv": `week,cases\n${Array.from({ length: 2000 }, (_, week) => `${week + 1},${(week * 7919) % 1000}\n`).join("")}`,
};

export async function writeSample(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
