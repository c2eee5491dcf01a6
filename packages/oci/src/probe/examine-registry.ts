import { BaleError, type ExamineOptions, type RegistryHealth } from "@bale/spec";
import { profileDocument } from "../registry/profile-document.js";
import type { RegistryExchange } from "../registry/registry-exchange.js";
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

/** What was written goes, also after a failure or a stop, within a time of its own. */
async function cleanUp(probe: Probe, own: AbortSignal | undefined): Promise<RegistryHealth["scratch"]> {
  const limit = AbortSignal.timeout(own?.aborted ? REMOVE_AFTER_ABORT_MS : REMOVE_MS);
  const remover: Probe = { ...probe, signal: limit, ask: (question) => probe.askUntil(question, limit) };
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
  }
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
  let why = "nothing that it needs was there";
  let scratch: RegistryHealth["scratch"] | undefined;
  try {
    await examine(probe, options);
  } catch (error) {
    if (options.signal?.aborted || !deadline.aborted || !BaleError.is(error, "INTERRUPTED")) throw error;
    why = "the time was up: the registry is slow";
  } finally {
    scratch = await cleanUp(probe, options.signal);
  }
  reportService(probe);
  const { refusal } = probe.facts;
  const findings = probe.findings(refusal ? `not tried, for ${refusal.words}` : why);
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
