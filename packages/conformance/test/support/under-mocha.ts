import type { TestApi } from "../../src/index.js";
import { allSuites } from "./all-suites.js";

// Mocha gives its functions to every test file as globals.
allSuites(globalThis as unknown as TestApi);
