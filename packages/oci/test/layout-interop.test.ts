import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Descriptor, parseTag } from "@bale/spec";
import { runTool, serviceOrSkip, startRegistry } from "@bale/tooling-services";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLayout } from "../src/index.js";
