import type { Cut, Flaw, Measured, Mode, WorkerRequest } from "./messages.ts";

type Reply = { id: number; value: Measured | Cut } | { id: number; error: string };

/**
 * The simulator's image work in a separate thread: it does not block the tests' event loop, and ImageMagick's process-wide
 * limits, which the function under test sets, do not apply to it.
 */
export class ImageWorker {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, PromiseWithResolvers<Measured | Cut>>();
  #lastId = 0;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.value);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll(new Error(`The simulator's worker failed: ${event.message}`));
    };
  }

  /** Reads an image's size; `null` if it is not an image. */
  measure(image: Uint8Array): Promise<Measured> {
    return this.#ask({ op: "measure", image });
  }

  /** Creates the picture for the answer; `null` if the image cannot be decoded. */
  cut(image: Uint8Array, mode: Mode, flaw: Flaw): Promise<Cut> {
    return this.#ask({ op: "cut", image, mode, flaw }) as Promise<Cut>;
  }

  /** Ends the thread; pending calls fail. */
  close(): void {
    this.#worker.terminate();
    this.#failAll(new Error("The simulator was closed."));
  }

  #ask(request: WorkerRequest): Promise<Measured | Cut> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<Measured | Cut>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, request });
    return waiting.promise;
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
