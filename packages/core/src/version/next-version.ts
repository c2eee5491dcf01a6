import { BaleError, parseTag } from "@bale/spec";
import compare from "semver/functions/compare.js";
import inc from "semver/functions/inc.js";
import parse from "semver/functions/parse.js";
import { parseVersionTag, type VersionTag } from "./version-tag.js";

export type VersionStep = "patch" | "minor" | "major";

/** The version of a repository that has none yet. */
export const FIRST_VERSION = "0.1.0";

// Semantic Versioning 2.0, section 9; a number alone could not be told from the counter behind it.
const PRE_RELEASE = /^(?=.*[A-Za-z-])[0-9A-Za-z-]+(?:\.(?=.*[A-Za-z-])[0-9A-Za-z-]+)*$/;

function refused(message: string, why: string, fix: string): BaleError {
  return new BaleError({ code: "USAGE", message, why, fix });
}

function checkName(name: string): void {
  if (name.length <= 64 && PRE_RELEASE.test(name)) return;
  throw refused(
    `not a name for pre-releases: ${JSON.stringify(name.slice(0, 80))}`,
    "it is made of letters, digits and hyphens, with at least one letter; the counter behind it is added by bale",
    "write --pre rc, --pre beta or --pre alpha",
  );
}

/** The release that a step leads to. A pre-release leads to its own release first, where the step is not above it. */
function released(from: string, step: VersionStep): string {
  const next = inc(from, step);
  if (next === null) throw new TypeError(`not a version: ${from}`);
  return next;
}

function preReleased(from: string, step: VersionStep, name: string): string {
  const before = parse(from);
  if (!before) throw new TypeError(`not a version: ${from}`);
  const target = released(from, step);
  // The same release is still being prepared: the counter goes on, or another name begins.
  const core = `${before.major}.${before.minor}.${before.patch}`;
  if (before.prerelease.length === 0 || core !== target) return `${target}-${name}.0`;
  const counter = before.prerelease.at(-1);
  const sameName = before.prerelease.slice(0, -1).join(".") === name && typeof counter === "number";
  const next = sameName ? `${core}-${name}.${counter + 1}` : `${core}-${name}.0`;
  if (compare(next, from) > 0) return next;
  throw refused(
    `${next} would come before ${from}`,
    `of two pre-releases of one version, the one whose name is later in the alphabet is the newer`,
    `write --pre ${before.prerelease.slice(0, -1).join(".") || "rc"}, or leave --pre out to release ${core}`,
  );
}

/**
 * The version that follows the highest one, spelled as that is: with a `v` where it has one. Build metadata is not carried on.
 * @throws BaleError `USAGE` for a pre-release name that is none, or that would make the next version a lower one
 */
export function nextVersion(
  highest: VersionTag | undefined,
  step: VersionStep,
  pre?: string | undefined,
): VersionTag {
  if (pre !== undefined) checkName(pre);
  const first = pre === undefined ? FIRST_VERSION : `${FIRST_VERSION}-${pre}.0`;
  const version = !highest
    ? first
    : pre === undefined
      ? released(highest.version, step)
      : preReleased(highest.version, step, pre);
  const next = parseVersionTag(parseTag(`${highest?.prefix ?? ""}${version}`));
  if (next) return next;
  throw refused(
    `${version} is no version`,
    "its numbers are too large",
    "choose a version yourself: --tag 2.0.0",
  );
}
