// What `--html` loads: pages from documents, without a request, a file or a clock.
export { renderDiffPage } from "./diff-page.js";
export { renderShowPage } from "./show-page.js";
