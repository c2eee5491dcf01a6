import { spawn, spawnSync } from "node:child_process";
import { MAIN } from "./bundle.js";

// A terminal of its own: types what it is told once it reads a question, and says whether the terminal still echoes afterwards.
const PROGRAM = `
import json, os, pty, select, signal, sys, termios, time
steps = json.loads(sys.argv[1]); argv = sys.argv[2:]
master, slave = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    import fcntl
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for target in (0, 1, 2): os.dup2(slave, target)
    os.close(master)
    os.execv(argv[0], argv)
echo = lambda: bool(termios.tcgetattr(slave)[3] & termios.ECHO)
seen = b""; during = []; deadline = time.time() + 60; status = None
def read(wait):
    global seen
    ready, _, _ = select.select([master], [], [], wait)
    if not ready: return
    try: seen += os.read(master, 4096)
    except OSError: pass
while time.time() < deadline:
    done, code = os.waitpid(pid, os.WNOHANG)
    if done: status = code; break
    read(0.02)
    if steps and steps[0]["after"].encode() in seen:
        step = steps.pop(0)
        during.append(echo())
        if "type" in step: os.write(master, step["type"].encode())
        if "signal" in step: os.kill(pid, getattr(signal, step["signal"]))
        if "suspended" in step:
            # What a shell does that takes the terminal over and gives it back.
            os.kill(pid, signal.SIGSTOP); os.waitpid(pid, os.WUNTRACED)
            modes = termios.tcgetattr(slave); modes[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(slave, termios.TCSANOW, modes)
            os.kill(pid, signal.SIGCONT)
            until = time.time() + 10
            while echo() and time.time() < until: time.sleep(0.01)
            during.append(echo()); os.write(master, step["suspended"].encode())
if status is None:
    os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)
for _ in range(5): read(0.02)
exit = None if status is None else (os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status))
print(json.dumps({"exit": exit, "output": seen.decode("utf-8", "replace"), "echoDuring": during, "echoAfter": echo()}))
`;

/** What is done once the output has this text. */
export type Step = { readonly after: string } & (
  | { readonly type: string }
  | { readonly signal: "SIGTERM" | "SIGINT" | "SIGHUP" }
  /** Suspended and brought back, after which this is typed. */
  | { readonly suspended: string }
);
export interface TerminalResult {
  readonly exit: number | null;
  /** Both streams, and whatever the terminal echoed. */
  readonly output: string;
  /** Whether the terminal echoed when each step was taken. */
  readonly echoDuring: readonly boolean[];
  readonly echoAfter: boolean;
}

/** Terminals are made with Python, which this system may not have. */
export function canOpenTerminals(): boolean {
  if (process.platform === "win32") return false;
  return spawnSync("python3", ["-c", "import pty, termios; pty.openpty()"]).status === 0;
}

/** Runs the built command line at a terminal. */
export function baleAtTerminal(
  args: readonly string[],
  steps: readonly Step[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<TerminalResult> {
  return new Promise((resolve, reject) => {
    const command = ["-c", PROGRAM, JSON.stringify(steps), process.execPath, MAIN, ...args];
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: options.cwd,
      TERM: "xterm",
      NO_COLOR: "1",
      ...options.env,
    };
    const child = spawn("python3", command, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.on("error", reject);
    child.on("close", () => resolve(JSON.parse(printed) as TerminalResult));
  });
}
