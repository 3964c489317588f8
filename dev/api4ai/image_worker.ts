import type { Cut, Flaw, Mode, WorkerRequest } from "./messages.ts";

type Answer = Cut | boolean;
type Reply = { id: number; value: Answer } | { id: number; error: string };

/**
 * The simulator's image work in a separate thread: it does not block the tests' event loop, and ImageMagick's process-wide
 * limits, which the function under test sets, do not apply to it.
 */
export class ImageWorker {
  #worker?: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #lastId = 0;

  /** Starts the thread, which otherwise starts with the first image. */
  async start(): Promise<void> {
    await this.isKnown(new Uint8Array());
  }

  /** Checks whether an image is a fixture, whose true mask is known; `false` if it cannot be decoded. */
  isKnown(image: Uint8Array): Promise<boolean> {
    return this.#ask({ op: "isKnown", image }) as Promise<boolean>;
  }

  /** Creates the picture for the answer; `null` if the image cannot be decoded. */
  cut(image: Uint8Array, mode: Mode, flaw: Flaw): Promise<Cut> {
    return this.#ask({ op: "cut", image, mode, flaw }) as Promise<Cut>;
  }

  /** Ends the thread; pending calls fail. */
  close(): void {
    this.#worker?.terminate();
    this.#failAll(new Error("The simulator was closed."));
  }

  #ask(request: WorkerRequest): Promise<Answer> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    this.#worker ??= this.#startThread();
    this.#worker.postMessage({ id, request });
    return waiting.promise;
  }

  /** Starts the thread with the first image, as it takes 0.9 s of CPU, and many tests need none. */
  #startThread(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("error" in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.value);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll(new Error(`The simulator's worker failed: ${event.message}`));
    };
    return worker;
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
