#!/usr/bin/env node
// The first file that runs. What almost every start needs is here; the rest is loaded when it is.
import { VERSION } from "./version.js";

const [first, second] = process.argv.slice(2);
if ((first === "--version" || first === "-V") && second === undefined)
  process.stdout.write(`bale ${VERSION}\n`);
else
  import("./start.js").then(
    ({ start }) => start(process.argv.slice(2)),
    (error: unknown) => {
      process.stderr.write(
        `error: bale cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
      );
      process.exitCode = 1;
    },
  );
