import type { FileReader, Reading } from "./reading.ts";

const WORKER = new URL("./function_worker.ts", import.meta.url);

/** Bound on the start of a thread, in milliseconds: the first one is compiled. */
const START_TIMEOUT_MS = 60_000;

/**
 * The function's own decoder, in a thread of its own: a decoder that crashes or does not end costs its file only, and the next file
 * gets a new thread.
 */
export class FunctionReader implements FileReader {
  readonly name = "process-image";
  readonly #timeoutMs: number;
  readonly #script: URL;
  #worker: Worker | undefined;

  /**
   * @param timeoutMs Bound on one file.
   * @param script The thread's script. @default the function's decoder
   */
  constructor(timeoutMs: number, script = WORKER) {
    this.#timeoutMs = timeoutMs;
    this.#script = script;
  }

  async read(path: string): Promise<Reading> {
    try {
      this.#worker ??= await this.#start();
      return await this.#answerTo(this.#worker, this.#timeoutMs, path);
    } catch (error) {
      await this.close();
      return { status: "crashed", reason: (error as Error).message.slice(0, 200) };
    }
  }

  /** Ends the thread. */
  close(): Promise<void> {
    this.#worker?.terminate();
    this.#worker = undefined;
    return Promise.resolve();
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#script, { type: "module" });
    this.#worker = worker; // closed also where it never gets ready
    await this.#answerTo(worker, START_TIMEOUT_MS);
    return worker;
  }

  /** @throws {Error} If the thread fails, or does not answer in time. */
  #answerTo(worker: Worker, timeoutMs: number, path?: string): Promise<Reading> {
    const answer = Promise.withResolvers<Reading>();
    const late = () => answer.reject(new Error(`timed out after ${timeoutMs / 1_000} s`));
    const timer = setTimeout(late, timeoutMs);
    worker.onmessage = ({ data }: MessageEvent<Reading>) => answer.resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      answer.reject(new Error(event.message));
    };
    if (path !== undefined) worker.postMessage(path);
    return answer.promise.finally(() => clearTimeout(timer));
  }
}
