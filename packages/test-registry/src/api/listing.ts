import { type Answer, errorAnswer, jsonAnswer } from "../answer.js";
import type { Call, RegistryContext } from "./context.js";
import { cutPage, linkHeader, type Page, pageRefused } from "./paging.js";

/** GET `tags/list`. */
export function listTags(context: RegistryContext, call: Call, repository: string): Answer {
  const quirks = context.quirks();
  if (!context.store.repositories().includes(repository) && quirks.unknownRepositoryTags === 404) {
    return errorAnswer(404, "NAME_UNKNOWN", "repository name not known to registry");
  }
  const page = cutPage(context.store.tags(repository), call.url.searchParams, quirks);
  if (page === undefined) return pageRefused();
  return jsonAnswer(200, { name: repository, tags: page.names }, linkHeader(context, call, cursor(page)));
}

/** GET `_catalog`, which the spec reserves and most registries have. */
export function listRepositories(context: RegistryContext, call: Call): Answer {
  const quirks = context.quirks();
  if (quirks.catalogMissing) return errorAnswer(404, "NAME_UNKNOWN", "no catalog here");
  const page = cutPage(context.store.repositories(), call.url.searchParams, quirks);
  if (page === undefined) return pageRefused();
  return jsonAnswer(200, { repositories: page.names }, linkHeader(context, call, cursor(page)));
}

function cursor(page: Page): Readonly<Record<string, string>> | undefined {
  return page.next === undefined ? undefined : { n: String(page.next.n), last: page.next.last };
}
