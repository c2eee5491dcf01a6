import { setMaxListeners } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { RegistryContext } from "./api/context.js";
import { createPresignedUrls } from "./api/presigned-urls.js";
import type { AuthControl, AuthOptions } from "./auth/auth-options.js";
import { createGate } from "./auth/gate.js";
import type { FaultHandle, FaultRule } from "./faults/fault-rule.js";
import { createFaultSet } from "./faults/fault-set.js";
import { noQuirks, type Quirks } from "./quirks/quirks.js";
import { createRequestLog, type ListenerName, type RequestRecord } from "./request-record.js";
import { tokenPath } from "./server/answer-call.js";
import { openListener, type TlsOptions } from "./server/listener.js";
import { type Service, serveRequest } from "./server/serve-request.js";
import { createServiceLimits } from "./server/service-limits.js";
import { createRegistryStore, type RegistryStore } from "./store/registry-store.js";
import { createUploadSessions } from "./store/upload-session.js";

/** A running registry. Everything may be changed while requests run; a change holds for requests that begin after it. */
export interface TestRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:port`, or `https`; no slash at the end. */
  readonly url: string;
  /** `127.0.0.1:port`, as it stands in an image reference. */
  readonly host: string;
  /** The second origin: presigned blobs, uploads under the quirk `location: "other-host"`, and the token endpoint where it is asked for. */
  readonly secondUrl: string;
  /** All requests to both listeners in the order of their arrival. */
  readonly log: readonly RequestRecord[];
  clearLog(): void;
  readonly quirks: Quirks;
  /** Changes the quirks named and keeps the others. */
  setQuirks(change: Partial<Quirks>): void;
  /** Lifts all quirks. */
  resetQuirks(): void;
  addFault(rule: FaultRule): FaultHandle;
  clearFaults(): void;
  readonly store: RegistryStore;
  readonly auth: AuthControl;
  /** Cuts all connections, ends all waits, removes what was written to disk. May be called twice. */
  close(): Promise<void>;
}

export interface TestRegistryOptions {
  readonly quirks?: Partial<Quirks>;
  readonly faults?: readonly FaultRule[];
  /** Serves https on both listeners. */
  readonly tls?: TlsOptions;
  /** Default: everybody may do everything. */
  readonly auth?: AuthOptions;
  /** Default 127.0.0.1; any host but the loopback is refused. */
  readonly host?: "127.0.0.1" | "::1" | "localhost";
  /** An existing directory for uploaded blobs above `spillBytes`. Default: all is kept in memory. */
  readonly directory?: string;
  /** Default 4 MiB. */
  readonly spillBytes?: number;
}

/**
 * Starts an OCI registry (distribution spec 1.1) in this process, on free ports of the loopback.
 * Rejects with RangeError for a host that is not the loopback, and with the system's error when it cannot listen.
 */
export async function startTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const { host = "127.0.0.1", tls, directory, spillBytes = 4 * 1024 * 1024 } = options;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const spillDirectory =
    directory === undefined ? undefined : await mkdtemp(join(directory, "test-registry-"));
  const spill =
    spillDirectory === undefined ? undefined : { directory: spillDirectory, threshold: spillBytes };
  const sessions = createUploadSessions(spill);
  const store = createRegistryStore(sessions);
  const faults = createFaultSet();
  const log = createRequestLog();
  const limits = createServiceLimits();
  let quirks: Quirks = noQuirks;

  const served = (name: ListenerName) => (request: IncomingMessage, response: ServerResponse) =>
    void serveRequest(service, name, request, response);
  const registry = await openListener(host, tls, served("registry"));
  const second = await openListener(host, tls, served("second"));
  const origins = { registry: registry.origin, second: second.origin };
  const gate = createGate(
    options.auth,
    ({ tokenListener = "registry" }) => `${origins[tokenListener]}${tokenPath}`,
  );
  const context: RegistryContext = {
    store,
    sessions,
    presigned: createPresignedUrls(),
    origins,
    quirks: () => quirks,
  };
  const service: Service = { context, faults, log, gate, limits, closing: closing.signal };

  function setQuirks(change: Partial<Quirks>): void {
    quirks = { ...quirks, ...change };
    if ("rateLimit" in change) limits.resetRate();
    registry.limitRequestsPerConnection(quirks.requestsPerConnection);
  }

  async function close(): Promise<void> {
    closing.abort();
    await Promise.all([registry.close(), second.close()]);
    await store.dropUploads();
    if (spillDirectory !== undefined) await rm(spillDirectory, { recursive: true, force: true });
  }

  setQuirks(options.quirks ?? {});
  for (const rule of options.faults ?? []) faults.add(rule);
  return {
    url: registry.origin,
    host: registry.host,
    secondUrl: second.origin,
    log: log.records,
    clearLog: () => log.clear(),
    get quirks() {
      return quirks;
    },
    setQuirks,
    resetQuirks: () => setQuirks(noQuirks),
    addFault: (rule) => faults.add(rule),
    clearFaults: () => faults.clear(),
    store,
    auth: gate.control,
    close,
    [Symbol.asyncDispose]: close,
  };
}
