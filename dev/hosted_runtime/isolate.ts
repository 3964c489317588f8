import type { EndReason, IsolateStatistics, UnloadReason } from "./isolate_statistics.ts";
import { type IsolateCode, IsolateProcess } from "./isolate_process.ts";

/** Options of an isolate. */
export interface IsolateOptions extends IsolateCode {
  id: number;
  /** Called with every line that the function prints. */
  onLog: (line: string) => void;
  /** Called when the isolate's memory or background work has changed. */
  onReport: (isolate: Isolate) => void;
}

/** A process of the function that simulates an isolate. It has a state, but does not apply limits. */
export class Isolate implements IsolateStatistics {
  readonly id: number;
  bootedAt?: Date;
  bootMs?: number;
  cpuMs = 0;
  memoryBytes = 0;
  peakMemoryBytes = 0;
  requests = 0;
  retired = false;
  endedBecause?: EndReason;
  /** The server's address; empty before the isolate listens. */
  url = "";
  /** Aborts when the isolate has ended. */
  readonly ended = new AbortController();
  readonly #process: IsolateProcess;
  readonly #startedAt = performance.now();
  readonly #listening = Promise.withResolvers<void>();
  readonly #unloaded = new Map<string, PromiseWithResolvers<void>>();
  /** Number of requests in flight. */
  #inFlight = 0;
  /** Number of pending promises of `EdgeRuntime.waitUntil`. */
  #pendingWork = 0;
  #whenIdle?: () => void;

  /** Starts the process; {@linkcode whenListening} resolves when it is up. */
  constructor({ id, onLog, onReport, ...code }: IsolateOptions) {
    this.id = id;
    this.#process = new IsolateProcess(code, {
      onLog,
      onListening: (url) => {
        this.url = url;
        this.#listening.resolve();
      },
      onMessage: (what, value) => {
        this.#hear(what, value);
        onReport(this);
      },
    });
    this.#process.gone.then(() => this.kill("error"));
    // Prevents an unhandled rejection if no caller waits.
    this.#listening.promise.catch(() => {});
  }

  /**
   * Waits until the isolate serves requests.
   *
   * @throws Error if the isolate ends before that
   */
  async whenListening(): Promise<void> {
    await this.#listening.promise;
    this.bootedAt = new Date();
    this.bootMs = performance.now() - this.#startedAt;
  }

  /** Whether the isolate has no requests and no background work. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#pendingWork === 0;
  }

  /** Counts a request. @returns A function that ends the count. */
  enter(): () => void {
    this.requests++;
    this.#inFlight++;
    return () => {
      this.#inFlight--;
      this.#noticeIdle();
    };
  }

  /** Updates {@linkcode cpuMs}. */
  readCpu(): void {
    if (!this.endedBecause) this.cpuMs = this.#process.cpuMs();
  }

  /** Checks whether `beforeunload` was dispatched for this reason. */
  isNotified(reason: UnloadReason): boolean {
    return this.#unloaded.has(reason);
  }

  /** Dispatches `beforeunload`, once per reason. Resolves when its listeners have run or the isolate has ended. */
  unload(reason: UnloadReason): Promise<void> {
    const known = this.#unloaded.get(reason);
    if (known) return known.promise;
    const unloaded = Promise.withResolvers<void>();
    this.#unloaded.set(reason, unloaded);
    this.#process.send(reason);
    return unloaded.promise;
  }

  /** Ends the isolate at once; its requests in flight fail. */
  kill(reason: EndReason): void {
    if (this.endedBecause) return;
    this.readCpu();
    this.endedBecause = reason;
    this.retired = true;
    this.#process.end();
    this.#listening.reject(new Error(`The isolate ended: ${reason}.`));
    for (const { resolve } of this.#unloaded.values()) resolve();
    this.ended.abort();
  }

  /** Dispatches `beforeunload` and ends the isolate after its work, or after `withinMs`. */
  async shutDown(withinMs: number): Promise<void> {
    this.retired = true;
    if (this.bootedAt && !this.endedBecause) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, withinMs);
      this.ended.signal.addEventListener("abort", () => late.resolve());
      await Promise.race([late.promise, this.unload("termination").then(() => this.#idle())]);
      clearTimeout(timer);
    }
    this.kill("termination");
    await this.#process.gone;
  }

  #idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.#whenIdle = resolve);
  }

  #noticeIdle(): void {
    if (this.isIdle) this.#whenIdle?.();
  }

  #hear(what: string, value: string): void {
    if (what === "unloaded") {
      this.#unloaded.get(value)?.resolve();
    } else if (what === "memory") {
      this.memoryBytes = Number(value);
      this.peakMemoryBytes = Math.max(this.peakMemoryBytes, this.memoryBytes);
    } else {
      this.#pendingWork = Number(value);
      this.#noticeIdle();
    }
  }
}
