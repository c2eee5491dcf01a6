/**
 * Folders of `path` that `previous` does not lie in, outermost first. Over paths in bytewise order this names each folder once,
 * right before the first entry in it, and leaves names (folders with their slash) in bytewise order.
 */
export function newParentFolders(path: string, previous: string | undefined): readonly string[] {
  let slash = path.indexOf("/");
  if (slash < 0) return [];
  const folders: string[] = [];
  while (slash >= 0) {
    if (previous === undefined || !previous.startsWith(path.slice(0, slash + 1)))
      folders.push(path.slice(0, slash));
    slash = path.indexOf("/", slash + 1);
  }
  return folders;
}
