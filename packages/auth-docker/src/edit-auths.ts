import { configError } from "./config-error.js";
import { type JsonMember, joinMembers, splitMembers } from "./json-members.js";
import type { DockerConfig } from "./read-config.js";

/** The members of an entry that are the credential; others, such as `email`, are kept. */
const OURS: readonly string[] = ["auth", "username", "password", "identitytoken", "registrytoken"];

export type EntrySecrets = Readonly<Partial<Record<"auth" | "identitytoken" | "registrytoken", string>>>;

/** Whether an entry holds a credential, and is no mere mark that a helper has one. */
export function holdsSecret(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  return Object.entries(entry).some(([name, value]) => OURS.includes(name) && value !== "");
}

function rawOf(members: readonly JsonMember[], key: string): string {
  const raw = members.find((member) => member.key === key)?.raw ?? "null";
  return raw === "null" ? "{}" : raw;
}

function withMember(members: readonly JsonMember[], key: string, raw: string): readonly JsonMember[] {
  return members.some((member) => member.key === key)
    ? members.map((member) => (member.key === key ? { key, raw } : member))
    : [...members, { key, raw }];
}

function editAuths(
  { path, text }: DockerConfig,
  edit: (auths: readonly JsonMember[]) => readonly JsonMember[],
): string {
  const root = splitMembers(text);
  const auths = splitMembers(rawOf(root, "auths"));
  for (const members of [root, auths])
    if (new Set(members.map(({ key }) => key)).size < members.length)
      throw configError(
        path,
        `${path} is not changed`,
        "a key is in it twice, and programs do not agree on what that means",
        "remove one of the two",
      );
  const end = text.endsWith("\n") ? "\n" : "";
  return joinMembers(withMember(root, "auths", joinMembers(edit(auths), 1)), 0) + end;
}

/** The text of a file with another credential in an entry of `auths`; an empty one leaves a mark that a helper has it. */
export function setEntry(config: DockerConfig, key: string, secrets: EntrySecrets): string {
  return editAuths(config, (auths) => {
    const old = rawOf(auths, key);
    const others = old.startsWith("{")
      ? splitMembers(old).filter((member) => !OURS.includes(member.key))
      : [];
    const ours = Object.entries(secrets).map(([name, value]) => ({ key: name, raw: JSON.stringify(value) }));
    return withMember(auths, key, joinMembers([...ours, ...others], 2));
  });
}

/** The text of a file without some entries of `auths`. */
export function removeEntries(config: DockerConfig, keys: readonly string[]): string {
  return editAuths(config, (auths) => auths.filter(({ key }) => !keys.includes(key)));
}
