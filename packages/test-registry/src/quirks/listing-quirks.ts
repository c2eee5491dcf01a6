/** How lists of tags, repositories and referrers differ from the clean registry. */
export interface ListingQuirks {
  /**
   * The Link header of a page. `absent`: cut at `n` without a word (ggcr). `unquoted`: `rel=next` (olareg).
   * `to-itself`: the page links to itself. `other-host`: to the second origin. `endless`: every page brings new names.
   */
  readonly pageLink: "quoted" | "unquoted" | "absolute" | "absent" | "to-itself" | "other-host" | "endless";
  /** `n` and `last` are not read (distribution 2.8). */
  readonly pagingIgnored: boolean;
  /** Names in reverse order. */
  readonly listsUnsorted: boolean;
  /** The most names on a page, whatever `n` says. */
  readonly pageLimit: number | undefined;
  /** The tag list of an unknown repository: 404 NAME_UNKNOWN, or 200 with no tags (olareg). */
  readonly unknownRepositoryTags: 404 | 200;
  /** `_catalog` is 404. */
  readonly catalogMissing: boolean;
  /** The referrers API: 404 (distribution, ggcr), 405 (ECR), or 200 with `text/html`. */
  readonly referrers: "served" | "not-found" | "not-allowed" | "wrong-type";
  /** The filter on artifactType is not applied, and OCI-Filters-Applied not sent. */
  readonly referrersUnfiltered: boolean;
  /** OCI-Subject: `with-referrers` when the API is served; ECR sent it without having the API. */
  readonly subjectHeader: "with-referrers" | "always" | "never";
}

export const cleanListings: ListingQuirks = {
  pageLink: "quoted",
  pagingIgnored: false,
  listsUnsorted: false,
  pageLimit: undefined,
  unknownRepositoryTags: 404,
  catalogMissing: false,
  referrers: "served",
  referrersUnfiltered: false,
  subjectHeader: "with-referrers",
};
