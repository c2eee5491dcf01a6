import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TrustRoots } from "@bale/http";
import { BaleError } from "@bale/spec";

type Environment = Readonly<Record<string, string | undefined>>;

function unreadable(variable: string, path: string, cause: unknown): BaleError {
  return new BaleError({
    code: "CONFIG_INVALID",
    message: `${variable} names ${path}, which cannot be read`,
    why: cause instanceof Error ? cause.message : undefined,
    fix: `correct or unset ${variable}; with it set, nothing else says whom to trust`,
    context: { path },
  });
}

function fromFile(path: string): readonly string[] {
  try {
    return [readFileSync(path, "utf8")];
  } catch (error) {
    throw unreadable("SSL_CERT_FILE", path, error);
  }
}

/** Every file that holds PEM: the folders of OpenSSL have each certificate twice, under its name and under its hash. */
function fromFolder(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw unreadable("SSL_CERT_DIR", folder, error);
  }
  return names.flatMap((name) => {
    try {
      const text = readFileSync(join(folder, name), "utf8");
      return text.includes("-----BEGIN ") ? [text] : [];
    } catch {
      // A folder in it, or a link to a certificate that was removed.
      return [];
    }
  });
}

function instead(env: Environment): readonly string[] | undefined {
  const file = env["SSL_CERT_FILE"] || undefined;
  const folders = (env["SSL_CERT_DIR"] ?? "").split(delimiter).filter((folder) => folder !== "");
  if (file === undefined && folders.length === 0) return undefined;
  const texts = [...(file === undefined ? [] : fromFile(file)), ...folders.flatMap(fromFolder)];
  return [...new Set(texts)];
}

/**
 * Whom the environment trusts: SSL_CERT_FILE and SSL_CERT_DIR count in place of the built-in roots, as with OpenSSL and Go, and what
 * NODE_EXTRA_CA_CERTS names is added, whatever else is said.
 * @throws BaleError `CONFIG_INVALID` for a file or folder that cannot be read
 */
export function environmentRoots(env: Environment): TrustRoots {
  const own = instead(env);
  const extra = env["NODE_EXTRA_CA_CERTS"] || undefined;
  return {
    ...(own === undefined ? {} : { instead: own }),
    // Node itself goes on without a file that is not there, with a warning of its own.
    ...(extra !== undefined && existsSync(extra) ? { extra: [readFileSync(extra, "utf8")] } : {}),
  };
}
