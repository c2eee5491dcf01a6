#!/usr/bin/env node
// One file in the bundle, with all that help and a version need; what takes longer to load is loaded when it is needed.
import { start } from "./start.js";
import { VERSION } from "./version.js";

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V"))
  process.stdout.write(`bale ${VERSION}\n`);
else void start(args);
