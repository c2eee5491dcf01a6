import { fileURLToPath } from "node:url";

/** The folder of the repository, without a final slash. */
export const rootFolder = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, "");
