import { createHash } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  parseProfileDocument,
  type RegistryProfile,
  type RegistrySettings,
  registryProfile,
} from "@bale/oci";
import { BaleError, type JsonObject, type RegistryHealth } from "@bale/spec";
import { errnoOf, localError, writeFileAtomic } from "@bale/workspace";
import { type StatePlaces, stateFolder } from "./state-folder.js";

const SCHEMA_VERSION = 1;
const MOST_BYTES = 64 * 1024;
const LONGEST_NAME = 160;
const HUB = new Set(["index.docker.io", "registry-1.docker.io"]);

export type KeptPlaces = StatePlaces;
/** What `bale registry doctor` has found out, kept for later transfers: one file for each registry. */
export interface KeptProfiles {
  /** The built-in profile with what was found out over it; `undefined` where nothing is kept, or nothing that can be used. */
  readonly profileOf: (registry: string) => RegistryProfile | undefined;
  /** Replaces what is kept of a registry, and gives the file; `undefined` where there is nothing to keep, or no place for it. */
  readonly keep: (health: RegistryHealth, at: Date) => string | undefined;
}

export function keptFolder(places: KeptPlaces): string {
  return join(stateFolder(places), "registries");
}

/** Hosts are one whatever their case, and Docker Hub has three names. */
function canonicalHost(registry: string): string {
  const host = registry.toLowerCase();
  return HUB.has(host) ? "docker.io" : host;
}

/** A file name that is one for each host, on every system: `registry-localhost%3A5000.json`. The prefix keeps away from names such as NUL. */
export function keptFileName(registry: string): string {
  const host = canonicalHost(registry);
  const escaped = host.replace(/[^a-z0-9.-]/g, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
  if (escaped.length <= LONGEST_NAME) return `registry-${escaped}.json`;
  const hash = createHash("sha256").update(host).digest("hex");
  return `registry-${escaped.slice(0, LONGEST_NAME - 70)}-${hash}.json`;
}

/** @throws BaleError `PERMISSION`, `IO` */
function readBounded(path: string): string | undefined {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, path, "reading");
  }
  try {
    const stat = fstatSync(handle);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(handle, "utf8") : "";
  } catch (error) {
    throw localError(error, path, "reading");
  } finally {
    closeSync(handle);
  }
}

function parseKept(text: string, registry: string): Partial<RegistryProfile> | "newer" | undefined {
  let kept: JsonObject;
  try {
    kept = JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
  if (typeof kept !== "object" || kept === null) return undefined;
  const version = kept["schemaVersion"];
  if (typeof version === "number" && version > SCHEMA_VERSION) return "newer";
  if (version !== SCHEMA_VERSION || kept["registry"] !== canonicalHost(registry)) return undefined;
  return parseProfileDocument(kept["profile"]);
}

/** `notice` gets one line for each profile that cannot be used or kept: what an examination found out is worth showing all the same. */
export function keptProfiles(places: KeptPlaces, notice: (text: string) => void): KeptProfiles {
  const folder = keptFolder(places);
  const known = new Map<string, RegistryProfile | undefined>();

  function ignore(registry: string, path: string, why: string): undefined {
    notice(
      `what is kept of ${registry} is not used: ${path} ${why}; \`bale registry doctor\` on a repository there finds it out again`,
    );
  }
  function read(registry: string): RegistryProfile | undefined {
    const path = join(folder, keptFileName(registry));
    let text: string | undefined;
    try {
      text = readBounded(path);
    } catch (error) {
      if (!BaleError.is(error)) throw error;
      return ignore(registry, path, "cannot be read");
    }
    if (text === undefined) return undefined;
    const found = parseKept(text, registry);
    if (found === undefined) return ignore(registry, path, "is damaged");
    if (found === "newer") return ignore(registry, path, "was written by a newer bale");
    return { ...registryProfile(registry), ...found };
  }

  return {
    profileOf: (registry) => {
      const host = canonicalHost(registry);
      if (!known.has(host)) known.set(host, read(host));
      return known.get(host);
    },
    keep: ({ registry, repository, verdict, profile }, at) => {
      if (profile === undefined) return undefined;
      const host = canonicalHost(registry);
      const path = join(folder, keptFileName(host));
      const document = {
        schemaVersion: SCHEMA_VERSION,
        registry: host,
        repository,
        examinedAt: at.toISOString(),
        verdict: verdict.line,
        profile,
      };
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileAtomic(path, Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`), { sync: true });
      } catch (error) {
        const { message } = localError(error, folder, "writing");
        notice(`what was found out of ${host} is not kept: ${message}`);
        return undefined;
      }
      known.delete(host);
      return path;
    },
  };
}

/** Settings with what is kept of each registry; what the user has set for one comes first. */
export function withKeptProfiles<Call extends readonly [registry: string, repository?: string]>(
  settings: (...call: Call) => RegistrySettings,
  kept: KeptProfiles,
): (...call: Call) => RegistrySettings {
  return (...call) => {
    const own = settings(...call);
    return { ...own, profile: own.profile ?? kept.profileOf(call[0]) };
  };
}
