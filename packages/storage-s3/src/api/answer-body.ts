import { Readable } from "node:stream";
import type { ByteStream } from "@bale/spec";

/**
 * The body of an object on its way through the SDK, which wants a stream of Node. The reader takes `bytes` out of it again: a Node stream in
 * between would copy and queue every chunk once more.
 */
export class AnswerBody extends Readable {
  readonly bytes: ByteStream;
  constructor(bytes: ByteStream) {
    super();
    this.bytes = bytes;
  }
  override _read(): void {
    this.destroy(new Error("the bytes of an object are read as they come, not through this stream"));
  }
}
