import { BaleError, type ExamineOptions, type RegistryHealth } from "@bale/spec";
import { profileDocument } from "../registry/profile-document.js";
import type { RegistryExchange } from "../registry/registry-exchange.js";
import { checkAborted } from "../retry-pause.js";
import { CAPABILITIES } from "./capabilities.js";
import { createProbe, type Probe, type ReadSubject } from "./probe.js";
import { probeChunkSize, probeChunks, probeSession } from "./probe-chunks.js";
import { probeDeletion } from "./probe-deletion.js";
import { probeEnvelopes } from "./probe-envelopes.js";
import { probeDigestCheck, probeEmptyBlob, probeFirstUpload, probePost } from "./probe-first-upload.js";
import { probeLists } from "./probe-lists.js";
import { probeManifestForms } from "./probe-manifest-forms.js";
import { probeManifestLayers, probeManifestSize } from "./probe-manifest-limits.js";
import { probeMount } from "./probe-mount.js";
import { probeParallelUploads } from "./probe-parallel.js";
import { probeBlobReads, probeManifestReads } from "./probe-reads.js";
import { probeReferrers } from "./probe-referrers.js";
import { probeResume } from "./probe-resume.js";
import {
  probeCatalog,
  probeEncoding,
  probeUnknownRepository,
  reachRegistry,
  reportService,
} from "./probe-service.js";
import { probeUploadSize } from "./probe-sizes.js";
import { probeTags } from "./probe-tags.js";
import { readExisting } from "./read-existing.js";
import { removeScratch } from "./remove-scratch.js";
import { judge } from "./verdict.js";

type Step = (probe: Probe) => Promise<void>;

const LONGEST_MS = 5 * 60_000;
const REMOVE_MS = 30_000;
// Ctrl-C has to end within a second.
const REMOVE_AFTER_ABORT_MS = 700;

// Chunks come before sizes: what passes in chunks tells a bound on requests from one on blobs.
const UPLOADS: readonly Step[] = [
  probePost,
  probeDigestCheck,
  probeEmptyBlob,
  probeChunks,
  probeSession,
  probeChunkSize,
  probeResume,
  probeUploadSize,
  probeParallelUploads,
  probeMount,
];
const MANIFESTS: readonly Step[] = [
  probeEnvelopes,
  probeManifestForms,
  probeManifestSize,
  probeManifestLayers,
  probeTags,
  probeLists,
  probeReferrers,
];
const SERVICE: readonly Step[] = [probeUnknownRepository, probeCatalog, probeEncoding];

async function run(probe: Probe, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step(probe);
}

function written({ facts, scratch }: Probe): ReadSubject | undefined {
  const { blob, manifest } = facts;
  if (!blob || !manifest || !scratch.tags.has(scratch.tag)) return undefined;
  return { blob, manifest, reference: scratch.tag };
}

async function examine(probe: Probe, options: ExamineOptions): Promise<void> {
  await reachRegistry(probe);
  await probeFirstUpload(probe);
  if (!probe.facts.refusal) await run(probe, UPLOADS);
  if (probe.facts.blob) await run(probe, MANIFESTS);
  const subject = written(probe) ?? (await readExisting(probe, options));
  if (subject) {
    await probeBlobReads(probe, subject);
    await probeManifestReads(probe, subject);
  }
  await run(probe, SERVICE);
  if (probe.facts.blob) await probeDeletion(probe);
}

/** Aborts after a while, and soon after whoever asked for the examination has stopped it. */
function removalLimit(own: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  readonly clear: () => void;
} {
  const limit = new AbortController();
  const abort = (): void => limit.abort();
  let timer = setTimeout(abort, REMOVE_MS);
  const hurry = (): void => {
    clearTimeout(timer);
    timer = setTimeout(abort, REMOVE_AFTER_ABORT_MS);
  };
  if (own?.aborted) hurry();
  else own?.addEventListener("abort", hurry, { once: true });
  return {
    signal: limit.signal,
    clear: () => {
      clearTimeout(timer);
      own?.removeEventListener("abort", hurry);
    },
  };
}

/** What was written goes, also after a failure or a stop, within a time of its own. */
async function cleanUp(probe: Probe, own: AbortSignal | undefined): Promise<RegistryHealth["scratch"]> {
  const limit = removalLimit(own);
  const remover: Probe = {
    ...probe,
    signal: limit.signal,
    ask: (question) => probe.askUntil(question, limit.signal),
  };
  try {
    return await removeScratch(remover);
  } catch (error) {
    probe.exchange.log("debug", "scratch content could not be removed", { reason: String(error) });
    const { tag, tags } = probe.scratch;
    return {
      tag,
      removed: tags.size === 0,
      left: ["what was written may be there still: the registry could not be asked"],
    };
  } finally {
    limit.clear();
  }
}

/** What an examination leaves that ends without a report. */
function sayWhatIsLeft(probe: Probe, { removed, left }: RegistryHealth["scratch"]): void {
  const { registry, repository, log } = probe.exchange;
  if (!removed) log("warn", `the examination leaves in ${registry}/${repository}: ${left.join(", ")}`);
}

function planned(exchange: RegistryExchange): RegistryHealth {
  return {
    registry: exchange.registry,
    repository: exchange.repository,
    verdict: { state: "not tried", line: "nothing was tried: this is what would be", exit: 0 },
    findings: CAPABILITIES.map(({ id, tries }) => ({
      id,
      state: "not tried",
      line: tries,
      bale: "nothing yet",
    })),
    scratch: { tag: "bale-doctor-<random>", removed: true, left: [] },
    requests: 0,
    sentBytes: 0,
  };
}

/**
 * Finds out what a registry can do by trying it, in a tag that nobody else has and that is removed again. At most about 250 requests and 30 MiB,
 * five minutes, and no repository but the one that is named.
 * @throws BaleError where nothing could be found out at all: `CONNECT_FAILED`, `TLS`, `TIMEOUT`, `AUTH_FAILED`, `DENIED`, `RATE_LIMITED`,
 *   `CAPABILITY_MISSING` for what is no registry; `INTERRUPTED`
 */
export async function examineRegistry(
  exchange: RegistryExchange,
  options: ExamineOptions = {},
): Promise<RegistryHealth> {
  if (options.dryRun) return planned(exchange);
  const deadline = AbortSignal.timeout(LONGEST_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const probe = createProbe(exchange, signal, options.onBytes);
  const failure = await examine(probe, options).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const scratch = await cleanUp(probe, options.signal);
  const stopped = options.signal?.aborted ?? false;
  const late = !stopped && deadline.aborted && BaleError.is(failure?.error, "INTERRUPTED");
  if (stopped || (failure && !late)) {
    sayWhatIsLeft(probe, scratch);
    checkAborted(options.signal);
    throw failure?.error;
  }
  if (late && !probe.facts.blob)
    probe.facts.refusal ??= { exit: 7, words: "the registry is too slow to be examined" };
  reportService(probe);
  const { refusal } = probe.facts;
  const findings = probe.findings(
    refusal?.words ?? (late ? "the time was up: the registry is slow" : "nothing that it needs was there"),
  );
  const verdict = judge({ findings, refusal });
  const { requests, sentBytes } = probe.observed();
  return {
    registry: exchange.registry,
    repository: exchange.repository,
    verdict,
    findings,
    scratch,
    requests,
    sentBytes,
    ...(verdict.state === "not usable" ? {} : { profile: profileDocument(probe.learned) }),
  };
}
