import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayoutReference, RemoteRepository, Tag } from "@bale/spec";
import type { ClientContext } from "../client/client-context.js";

/** An OCI layout that lasts as long as its command. */
export interface TemporaryLayout extends AsyncDisposable {
  readonly reference: LayoutReference & { readonly tag: Tag };
  readonly repository: RemoteRepository;
}

export async function temporaryLayout(context: ClientContext, tag: Tag): Promise<TemporaryLayout> {
  const folder = await mkdtemp(join(tmpdir(), "bale-layout-"));
  const reference = { kind: "layout", directory: join(folder, "layout"), tag } as const;
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    return { reference, repository: await context.openRemote(reference), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
