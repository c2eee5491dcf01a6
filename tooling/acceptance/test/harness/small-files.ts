import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SmallFilesOptions {
  readonly count: number;
  /** Bytes of the smallest and largest file. */
  readonly from: number;
  readonly to: number;
  readonly seed?: number;
  readonly filesPerFolder?: number;
}

const WORDS =
  "layer role blob pack extent store base plan tag digest index table bundle tree link file".split(" ");

/** Numbers from 0 up to, but not including, 1; the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function content(random: () => number, size: number, isText: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    if (isText) at += bytes.write(`${WORDS[Math.floor(random() * WORDS.length)]} `, at, "latin1");
    else {
      bytes[at] = Math.floor(random() * 256);
      at += 1;
    }
  }
  return bytes;
}

/** Writes files of random size, half of them text and half of them noise, and returns their paths in order. */
export function writeSmallFiles(root: string, options: SmallFilesOptions): string[] {
  const random = seededRandom(options.seed ?? 1);
  const perFolder = options.filesPerFolder ?? 100;
  const paths: string[] = [];
  for (let index = 0; index < options.count; index++) {
    const folder = `d${String(Math.floor(index / perFolder)).padStart(4, "0")}`;
    if (index % perFolder === 0) mkdirSync(join(root, folder), { recursive: true });
    const path = `${folder}/f${String(index).padStart(6, "0")}`;
    const size = options.from + Math.floor(random() * (options.to - options.from));
    writeFileSync(join(root, path), content(random, size, index % 2 === 0));
    paths.push(path);
  }
  return paths;
}
