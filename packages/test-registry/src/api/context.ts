import type { IncomingHttpHeaders } from "node:http";
import type { Quirks } from "../quirks/quirks.js";
import type { ListenerName } from "../request-record.js";
import type { RegistryStore } from "../store/registry-store.js";
import type { UploadSessions } from "../store/upload-session.js";
import type { PresignedUrls } from "./presigned-urls.js";

/** What every handler may use. */
export interface RegistryContext {
  readonly store: RegistryStore;
  readonly sessions: UploadSessions;
  readonly presigned: PresignedUrls;
  /** `http://host:port` of both listeners. */
  readonly origins: Readonly<Record<ListenerName, string>>;
  quirks(): Quirks;
}

/** A request of the API, as a handler sees it. */
export interface Call {
  readonly listener: ListenerName;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
}
