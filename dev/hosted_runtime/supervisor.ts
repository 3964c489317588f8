import type { Isolate } from "./isolate.ts";
import { type HostedLimits, WARNING_SHARE } from "./limits.ts";

/** Interval of reading an isolate's CPU time, in milliseconds; a read takes 10 microseconds. */
const CHECK_INTERVAL_MS = 10;

/** Applies the limits to isolates. */
export class Supervisor {
  readonly #limits: HostedLimits;
  readonly #onEvent: (isolate: Isolate, what: string) => void;
  readonly #watched = new Set<Isolate>();
  #timer?: ReturnType<typeof setInterval>;

  /** @param onEvent Called with an event of an isolate, as the rest of a sentence. */
  constructor(limits: HostedLimits, onEvent: (isolate: Isolate, what: string) => void) {
    this.#limits = limits;
    this.#onEvent = onEvent;
  }

  /** Watches an isolate from its start to its end. */
  watch(isolate: Isolate): void {
    this.#watched.add(isolate);
    this.#timer ??= setInterval(() => this.#checkAll(), CHECK_INTERVAL_MS);
    const { wallClockMs } = this.#limits;
    const timers = [
      setTimeout(() => this.#retire(isolate, "half of its wall clock time"), wallClockMs / 2),
      setTimeout(() => isolate.unload("wall_clock"), wallClockMs * WARNING_SHARE),
      setTimeout(() => isolate.kill("wall_clock"), wallClockMs),
    ];
    isolate.ended.signal.addEventListener("abort", () => {
      timers.forEach(clearTimeout);
      this.#watched.delete(isolate);
      if (this.#watched.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    });
  }

  /** Applies the limits to an isolate's current state. Called after changes, and before the state is used. */
  check(isolate: Isolate): void {
    if (isolate.endedBecause) return;
    isolate.readCpu();
    const { cpuSoftMs, cpuHardMs, memoryBytes, memoryDropBytes } = this.#limits;
    if (isolate.cpuMs >= cpuHardMs) return isolate.kill("cpu");
    if (isolate.memoryBytes >= memoryBytes) return isolate.kill("memory");
    if (isolate.cpuMs >= cpuHardMs * WARNING_SHARE) isolate.unload("cpu");
    if (isolate.memoryBytes >= memoryBytes * WARNING_SHARE) isolate.unload("memory");
    if (isolate.cpuMs >= cpuSoftMs) this.#retire(isolate, "its soft limit of CPU");
    const isMarked = isolate.retired || isolate.peakMemoryBytes >= memoryDropBytes;
    if (isMarked && isolate.bootedAt && isolate.isIdle) this.#drop(isolate);
  }

  #checkAll(): void {
    for (const isolate of this.#watched) this.check(isolate);
  }

  #retire(isolate: Isolate, because: string): void {
    if (isolate.retired) return;
    isolate.retired = true;
    this.#onEvent(isolate, `retired at ${because}`);
    this.check(isolate);
  }

  #drop(isolate: Isolate): void {
    this.#retire(isolate, "half of its memory");
    if (isolate.isNotified("early_drop") || isolate.isNotified("termination")) return;
    isolate.unload("early_drop").then(() => isolate.kill("early_drop"));
  }
}
