import { randomUUID } from "node:crypto";
import { type BlobSink, createBlobSink, type SpillOptions } from "./blob-sink.js";

/** A blob upload that has begun and not ended. */
export interface UploadSession {
  readonly id: string;
  readonly repository: string;
  readonly sink: BlobSink;
  /** PATCH requests that were taken. */
  chunks: number;
  /** Where the last chunk begins. */
  lastChunkStart: number;
  /** A chunk below OCI-Chunk-Min-Length came: it has to have been the last. */
  endedByShortChunk: boolean;
  /** The newest `_state`. */
  state: number;
  /** Ends when the request that writes now is done; the next one waits for it. */
  turn: Promise<void>;
}

/** The upload sessions of a registry. */
export interface UploadSessions {
  open(repository: string, id?: string): UploadSession;
  find(repository: string, id: string): UploadSession | undefined;
  /** Forgets the session; its bytes are given up unless they were taken by `finish`. */
  drop(session: UploadSession, bytes: "kept" | "discarded"): Promise<void>;
  all(): readonly UploadSession[];
}

export function createUploadSessions(spill: SpillOptions | undefined): UploadSessions {
  const sessions = new Map<string, UploadSession>();
  return {
    open(repository, id = randomUUID()) {
      const session: UploadSession = {
        id,
        repository,
        sink: createBlobSink(spill),
        chunks: 0,
        lastChunkStart: 0,
        endedByShortChunk: false,
        state: 0,
        turn: Promise.resolve(),
      };
      sessions.set(id, session);
      return session;
    },
    find(repository, id) {
      const session = sessions.get(id);
      return session?.repository === repository ? session : undefined;
    },
    async drop(session, bytes) {
      sessions.delete(session.id);
      if (bytes === "discarded") await session.sink.discard();
    },
    all: () => [...sessions.values()],
  };
}
