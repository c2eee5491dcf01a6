import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { programPath } from "@bale/tooling-services";
import { scratchFolder } from "./scratch-folder.js";

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** The Chrome DevTools protocol over two pipes: JSON texts with a zero byte behind each. */
class Protocol {
  readonly #input: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(method: string, params: Params) => void>();
  #last = 0;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    let text = "";
    output.setEncoding("utf8").on("data", (part: string) => {
      const messages = `${text}${part}`.split("\0");
      text = messages.pop() ?? "";
      for (const message of messages) this.#take(JSON.parse(message) as Message);
    });
  }

  #take(message: Message): void {
    const { id, method, params } = message;
    if (id !== undefined) this.#waiting.get(id)?.(message);
    else if (method) for (const listener of this.#listeners) listener(method, params ?? {});
  }

  listen(listener: (method: string, params: Params) => void): void {
    this.#listeners.add(listener);
  }

  async send(method: string, params: Params, sessionId?: string): Promise<Params> {
    const id = ++this.#last;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    this.#waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

export interface BrowserPage {
  /** Every address that was asked for, the page's own first. */
  readonly requests: readonly string[];
  /** What the console and the policy for content said. */
  readonly complaints: readonly string[];
  /** The value of an expression in the page. */
  readonly evaluate: <Value>(expression: string) => Promise<Value>;
  /** The whole page as PNG. */
  readonly screenshot: () => Promise<Buffer>;
  /** Names and roles that a screen reader is told, as "role: name". */
  readonly spoken: () => Promise<readonly string[]>;
  /** Width of the window in CSS pixels. */
  readonly resize: (width: number) => Promise<void>;
}
export interface Browser extends AsyncDisposable {
  readonly open: (file: string) => Promise<BrowserPage>;
}

function spokenNode(node: Params): readonly string[] {
  const role = (node["role"] as { value?: string } | undefined)?.value;
  const name = (node["name"] as { value?: string } | undefined)?.value;
  return role && name && node["ignored"] !== true ? [`${role}: ${name}`] : [];
}

async function openPage(protocol: Protocol, file: string): Promise<BrowserPage> {
  const { targetId } = await protocol.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await protocol.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method: string, params: Params = {}) => protocol.send(method, params, sessionId as string);
  const requests: string[] = [];
  const complaints: string[] = [];
  const loaded = new Promise<void>((resolve) =>
    protocol.listen((method, params) => {
      if (method === "Network.requestWillBeSent") requests.push((params["request"] as { url: string }).url);
      if (method === "Log.entryAdded") complaints.push((params["entry"] as { text: string }).text);
      if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params));
      if (method === "Page.loadEventFired") resolve();
    }),
  );
  for (const domain of ["Page", "Network", "Log", "Runtime", "Accessibility"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url: pathToFileURL(file).href });
  await loaded;
  return {
    requests,
    complaints,
    evaluate: async <Value>(expression: string) => {
      const answer = await send("Runtime.evaluate", { expression, returnByValue: true });
      if (answer["exceptionDetails"]) throw new Error(JSON.stringify(answer["exceptionDetails"]));
      return (answer["result"] as { value: Value }).value;
    },
    screenshot: async () => {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(data as string, "base64");
    },
    spoken: async () => {
      const { nodes } = await send("Accessibility.getFullAXTree");
      return (nodes as Params[]).flatMap(spokenNode);
    },
    resize: async (width) => {
      const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: false };
      await send("Emulation.setDeviceMetricsOverride", metrics);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Chromium without a window, with a profile of its own that goes with it. */
export function startBrowser(): Browser {
  const profile = scratchFolder();
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
  ];
  const child = spawn(
    programPath("chromium") ?? "chromium",
    [...flags, `--user-data-dir=${profile.path}`, "--remote-debugging-pipe", "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const protocol = new Protocol(child.stdio[3] as Writable, child.stdio[4] as Readable);
  return {
    open: (file) => openPage(protocol, file),
    [Symbol.asyncDispose]: async () => {
      await end(child);
      profile[Symbol.dispose]();
    },
  };
}
