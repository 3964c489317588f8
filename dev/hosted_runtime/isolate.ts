import type { EndReason, IsolateStatistics, UnloadReason } from "./isolate_statistics.ts";
import { type IsolateCode, IsolateProcess } from "./isolate_process.ts";

/** How an isolate is started. */
export interface IsolateOptions extends IsolateCode {
  id: number;
  /** Hears every line that the function prints. */
  onLog: (line: string) => void;
  /** Called when its memory, or what goes on after its answers, has changed. */
  onReport: (isolate: Isolate) => void;
}

/** One process of the function, as the hosted runtime would have an isolate. It knows its state, and no limits. */
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
  /** Its server's address, once it has one. */
  url = "";
  /** Fires when it has ended. */
  readonly ended = new AbortController();
  readonly #process: IsolateProcess;
  readonly #startedAt = performance.now();
  readonly #listening = Promise.withResolvers<void>();
  readonly #unloaded = new Map<string, PromiseWithResolvers<void>>();
  /** Requests that are not answered to the end yet. */
  #inFlight = 0;
  /** Promises handed to `EdgeRuntime.waitUntil` that go on. */
  #pendingWork = 0;
  #whenIdle?: () => void;

  /** Starts its process; {@linkcode whenListening} tells when it is up. */
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
    // Who does not wait for it need not hear of it.
    this.#listening.promise.catch(() => {});
  }

  /**
   * Waits until it serves requests.
   *
   * @throws Error when it ends before that
   */
  async whenListening(): Promise<void> {
    await this.#listening.promise;
    this.bootedAt = new Date();
    this.bootMs = performance.now() - this.#startedAt;
  }

  /** Whether nothing goes on in it. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#pendingWork === 0;
  }

  /** Counts a request in, and gives what counts it out. */
  enter(): () => void {
    this.requests++;
    this.#inFlight++;
    return () => {
      this.#inFlight--;
      this.#noticeIdle();
    };
  }

  /** Brings {@linkcode cpuMs} up to date. */
  readCpu(): void {
    if (!this.endedBecause) this.cpuMs = this.#process.cpuMs();
  }

  /** Whether it has been told of its end for this reason. */
  isTold(reason: UnloadReason): boolean {
    return this.#unloaded.has(reason);
  }

  /** Dispatches `beforeunload` in it, once for each reason, and resolves when its listeners have run or it has ended. */
  unload(reason: UnloadReason): Promise<void> {
    const known = this.#unloaded.get(reason);
    if (known) return known.promise;
    const unloaded = Promise.withResolvers<void>();
    this.#unloaded.set(reason, unloaded);
    this.#process.send(reason);
    return unloaded.promise;
  }

  /** Ends it at once; what is in flight in it fails. */
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

  /** Ends it when it has heard of it and what goes on in it is done; when `withinMs` have passed, at once. */
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
