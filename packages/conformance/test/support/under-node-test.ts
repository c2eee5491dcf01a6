import { describe, it } from "node:test";
import { allSuites } from "./all-suites.js";

allSuites({ describe, it });
