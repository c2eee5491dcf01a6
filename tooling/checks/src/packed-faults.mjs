import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/** What a package may bring along; anything else is a file that slipped in. */
const EXPECTED =
  /^package\/(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/.+\.(?:js|js\.map|d\.ts)|dist\/third-party-licences\.txt|schemas\/[a-z-]+\.schema\.json)$/;

/**
 * What is wrong with a packed package, in short words.
 * @param {ReadonlyMap<string, Buffer>} files    by their names in the tarball
 * @returns {string[]} empty when nothing is
 */
export function packedFaults(files) {
  const text = files.get("package/package.json")?.toString() ?? "{}";
  const faults = [...files.keys()]
    .filter((name) => !EXPECTED.test(name))
    .map((name) => `unexpected file ${name}`);
  for (const name of ["package/LICENSE", "package/README.md"]) {
    if (!files.has(name)) faults.push(`no ${name}`);
  }
  // Whoever has the condition set for a workspace of their own would be sent to files that are not there.
  if (text.includes("bale-source")) faults.push("the condition bale-source is published");
  if (text.includes("workspace:")) faults.push("a version is still workspace:");
  return faults;
}

/**
 * @param {string} tarball    as pnpm writes it: no long names, no links, no folders
 * @returns {Map<string, Buffer>}
 */
export function filesInTarball(tarball) {
  const tar = gunzipSync(readFileSync(tarball));
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const name = field(tar, at, 100);
    const prefix = field(tar, at + 345, 155);
    const size = Number.parseInt(field(tar, at + 124, 12), 8) || 0;
    files.set(prefix ? `${prefix}/${name}` : name, tar.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/**
 * @param {Buffer} tar
 * @param {number} at
 * @param {number} length
 */
function field(tar, at, length) {
  return tar
    .toString("utf8", at, at + length)
    .replace(/\0[\s\S]*$/, "")
    .trim();
}
