import { fileURLToPath } from "node:url";
import type { Cut, Mode } from "../../api4ai/messages.ts";
import { childEnvironment, readLines } from "../../deno_child.ts";
import { encodeFrame, type Frame, readFrames } from "./frames.ts";
import type { ProcessArgument, ProcessReply } from "./messages.ts";

const ENTRY = fileURLToPath(new URL("./entry.ts", import.meta.url));

/** A failure of the model's process; the message is a sentence. */
export class ModelProcessError extends Error {
  override name = "ModelProcessError";
}

/** Options of the process. */
export interface ModelProcessOptions extends ProcessArgument {
  /** Called with a sentence when the process ends unexpectedly, and with each line that it prints. */
  onLog: (line: string) => void;
  /** Bound on one photo, in milliseconds; the process is then ended and started again. @default 60000 */
  photoTimeoutMs?: number;
}

interface Child {
  process: Deno.ChildProcess;
  frames: AsyncGenerator<Frame>;
  input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** Resolves at its end with how it ended. */
  ended: Promise<string>;
}

/**
 * A segmentation model in a process of its own, which has no network. If the process ends, its photo fails, a line says so,
 * and a new one starts. It takes one photo at a time.
 */
export class ModelProcess {
  readonly #options: ModelProcessOptions;
  #child: Promise<Child> | undefined;
  #current: Deno.ChildProcess | undefined;
  #isReady = false;
  #closed = false;

  constructor(options: ModelProcessOptions) {
    this.#options = options;
  }

  /** The running process's id; `undefined` while there is none that is ready. */
  get pid(): number | undefined {
    return this.#isReady ? this.#current?.pid : undefined;
  }

  /** Starts the process, unless it runs. @throws {ModelProcessError} If it cannot start. */
  async start(): Promise<void> {
    await this.#running();
  }

  /**
   * Cuts out the subject of a photo.
   *
   * @returns The picture; `null` if the photo cannot be decoded, `too big` if it exceeds the service's resolution.
   * @throws {ModelProcessError} If the process fails.
   */
  async cut(photo: Uint8Array, mode: Mode): Promise<Cut | "too big"> {
    const child = await this.#running();
    const { photoTimeoutMs = 60_000 } = this.#options;
    const timer = setTimeout(() => {
      this.#options.onLog(
        `The model's process ${child.process.pid} took over ${photoTimeoutMs} ms for a photo and is ended.`,
      );
      kill(child.process);
    }, photoTimeoutMs);
    try {
      // The write of a large photo ends only when the process reads it; the answer shows whether it did.
      child.input.write(encodeFrame({ mode }, photo)).catch(() => {});
      const { reply, bytes } = await answerOf(child);
      switch (reply.kind) {
        case "cut":
          return { png: bytes, width: reply.width, height: reply.height, carBox: reply.carBox };
        case "unreadable":
          return null;
        case "too big":
          return "too big";
        case "error":
          throw new ModelProcessError(reply.message);
        case "ready":
          throw new ModelProcessError("The model's process started twice.");
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (this.#current) kill(this.#current);
    await child?.then(({ ended }) => ended, () => {});
  }

  #running(): Promise<Child> {
    if (this.#closed) return Promise.reject(new ModelProcessError("The server is closing."));
    return this.#child ??= this.#start();
  }

  async #start(): Promise<Child> {
    const { file, input, onLog } = this.#options;
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys"],
        ...["--allow-ffi", ENTRY, JSON.stringify({ file, input } satisfies ProcessArgument)],
      ],
      clearEnv: true,
      env: childEnvironment({}),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#current = process;
    void readLines(process.stderr, onLog).catch(() => {});
    const ended = process.status.then(({ signal, code }) => signal ?? `exit status ${code}`);
    const frames = readFrames(process.stdout);
    const child = { process, frames, input: process.stdin.getWriter(), ended };
    child.input.closed.catch(() => {});
    void ended.then((how) => {
      const wasReady = this.#isReady;
      this.#child = this.#current = undefined;
      this.#isReady = false;
      if (this.#closed) return;
      const next = wasReady ? "A new one starts." : "The next photo starts a new one.";
      onLog(`The model's process ${process.pid} ended (${how}). ${next}`);
      // Its failure is logged, and the next photo tries again.
      if (wasReady) this.#running().catch(() => {});
    });
    await answerOf(child);
    this.#isReady = true;
    return child;
  }
}

/** Reads the process's next answer. */
async function answerOf(child: Child): Promise<{ reply: ProcessReply; bytes: Uint8Array }> {
  const { done, value } = await child.frames.next();
  if (done) throw new ModelProcessError(`The model's process ended (${await child.ended}).`);
  return { reply: value.json as ProcessReply, bytes: value.bytes };
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // It has ended already.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
