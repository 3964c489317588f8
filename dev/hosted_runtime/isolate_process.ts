import { fileURLToPath } from "node:url";
import { childEnvironment, readLines } from "../deno_child.ts";
import { MainThreadClock } from "../linux_cpu.ts";
import { CHANNEL_ENV } from "./channel_env.ts";

const ROOT = new URL("../../", import.meta.url);
const ENTRY = new URL("inside/serve_isolate.ts", import.meta.url);
const LISTENING = /Listening on (http:\/\/[^/\s]+)/;

/** Code and settings of an isolate's process. */
export interface IsolateCode {
  /** Path of the Deno executable. */
  binary: string;
  /** Deno's cache folder; the process may read only this and the project's folder. */
  cacheDir: string;
  /** The address of the function's module. */
  entrypoint: string;
  /** The function's settings. */
  env: Record<string, string>;
}

/** Listeners for the output of an isolate's process. */
export interface ProcessListener {
  /** Called when the process serves requests. */
  onListening(url: string): void;
  /** Called with each message of the code in `inside/`, such as `memory 1000`. */
  onMessage(what: string, value: string): void;
  /** Called with each line that the function prints, on both streams. */
  onLog(line: string): void;
}

/** The process of an isolate: its start, its two channels and its CPU clock. */
export class IsolateProcess {
  /** Resolves when the process has ended and its output is read. */
  readonly gone: Promise<void>;
  readonly #secret = crypto.randomUUID();
  readonly #listener: ProcessListener;
  readonly #child: Deno.ChildProcess;
  readonly #clock: MainThreadClock;
  readonly #commands: WritableStreamDefaultWriter<Uint8Array>;
  #isListening = false;
  /** The main thread's CPU at the start of the module's evaluation; unset before. */
  #baselineMs?: number;

  constructor(code: IsolateCode, listener: ProcessListener) {
    this.#listener = listener;
    this.#child = spawn(code, this.#secret);
    this.#clock = new MainThreadClock(this.#child.pid);
    this.#commands = this.#child.stdin.getWriter();
    this.gone = Promise.all([
      this.#child.status,
      readLines(this.#child.stdout, (line) => this.#hear(line)),
      readLines(this.#child.stderr, (line) => this.#handleError(line)),
    ]).then(() => {});
  }

  /** Returns the CPU time since the start of the module's evaluation, in milliseconds. */
  cpuMs(): number {
    return this.#baselineMs === undefined ? 0 : this.#clock.readMs() - this.#baselineMs;
  }

  /** Sends a command to the code in `inside/`. */
  send(command: string): void {
    // The pipe is closed only if the process has ended.
    this.#commands.write(new TextEncoder().encode(`${command}\n`)).catch(() => {});
  }

  /** Ends the process if it still runs; called once. */
  end(): void {
    this.#clock.close();
    this.#commands.abort().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  /** Handles a line. A function's output without a line end precedes the message. */
  #hear(line: string): void {
    const at = line.indexOf(this.#secret);
    if (at < 0) return this.#listener.onLog(line);
    if (at > 0) this.#listener.onLog(line.slice(0, at));
    const [what, value] = line.slice(at + this.#secret.length).split(" ");
    if (what !== "evaluating") return this.#listener.onMessage(what, value);
    this.#baselineMs = this.#clock.readMs();
    this.send("go");
  }

  #handleError(line: string): void {
    const url = this.#isListening ? undefined : LISTENING.exec(line)?.[1];
    if (!url) return this.#listener.onLog(line);
    this.#isListening = true;
    this.#listener.onListening(url);
  }
}

function spawn(
  { binary, cacheDir, env, entrypoint }: IsolateCode,
  secret: string,
): Deno.ChildProcess {
  const root = fileURLToPath(ROOT);
  return new Deno.Command(binary, {
    args: [
      "serve",
      // Deno 2.1 cannot read the lock file of a current version, and the host keeps no compiled code.
      "--no-lock",
      "--no-code-cache",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      `--allow-read=${root},${cacheDir}`,
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      fileURLToPath(ENTRY),
    ],
    cwd: root,
    clearEnv: true,
    env: childEnvironment({
      ...env,
      [CHANNEL_ENV.secret]: secret,
      [CHANNEL_ENV.entrypoint]: entrypoint,
    }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
