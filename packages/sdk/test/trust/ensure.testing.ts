import { readdirSync } from "node:fs";
import { type Bench, type Files, filesBelow, openBench } from "../bench.testing.js";

export const SAMPLE: Files = {
  "src/main.py": "print(1)\n",
  "src/run.sh": "x:#!/bin/sh\n",
  "src/latest.py": "->main.py",
  "data/one.bin": "one",
  "data/none": "",
};
export const YAML = "layers: { code: ['src/**'], data: ['data/**'] }\nroles: { runtime: [code] }\n";

export async function published(files: Files = SAMPLE, yaml = ""): Promise<Bench> {
  const bench = await openBench();
  const work = await bench.work("work", yaml);
  await work.track(files);
  await work.push();
  bench.registry.clearLog();
  return bench;
}

/** The bundle's files on disk, without its declarations and without ensure's own. */
export function disk(root: string): Record<string, string> {
  const files = filesBelow(root);
  for (const name of ["bale.yaml", ".baleignore", ".bale-ensure.json"]) delete files[name];
  return files;
}

export function own(root: string): string[] {
  return readdirSync(root).filter((name) => name.startsWith(".bale-ensure."));
}
