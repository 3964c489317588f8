import { withTimeout } from "../../lib/with_timeout.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import type { RolloutSettings } from "./plan_route.ts";

/** Lifetime of the cached settings, in milliseconds. A change reaches every isolate within this time. */
const GOOD_FOR_MS = 10_000;

/** Bound on a photo's total wait for the settings, in milliseconds. */
const WAIT_MS = 1_000;

/** The stored settings. `null` keeps the environment's value. */
export type StoredSettings = { [name in keyof RolloutSettings]: RolloutSettings[name] | null };

/**
 * Caches the rollout's settings, which are stored for all isolates. If they cannot be read, the last known ones
 * apply, or else the environment's. It never fails.
 */
export class SettingsCache {
  readonly #read: () => Promise<StoredSettings | null>;
  readonly #own: RolloutSettings;
  readonly #now: () => number;
  #known: RolloutSettings;
  #reading: Promise<void> | undefined;
  #goodUntilMs = -Infinity;
  #isLogged = false;

  /**
   * @param own The environment's settings.
   * @param read Reads the stored settings, `null` if there are none. It may fail or be slow.
   * @param now A monotonic clock, in milliseconds.
   */
  constructor(
    own: RolloutSettings,
    read: () => Promise<StoredSettings | null>,
    now = () => performance.now(),
  ) {
    this.#own = own;
    this.#known = own;
    this.#read = read;
    this.#now = now;
  }

  /** Starts to read the settings if they are out of date, so that they are ready when needed. */
  prepare(): void {
    if (this.#reading || this.#now() < this.#goodUntilMs) return;
    this.#reading = this.#refresh().finally(() => {
      this.#goodUntilMs = this.#now() + GOOD_FOR_MS; // also after a failure, so that not every photo waits for it
      this.#reading = undefined;
    });
  }

  /** Returns the current settings. */
  async current(): Promise<RolloutSettings> {
    this.prepare();
    await this.#reading;
    return this.#known;
  }

  async #refresh(): Promise<void> {
    try {
      const stored = await withTimeout(WAIT_MS, this.#read());
      this.#known = {
        percent: stored?.percent ?? this.#own.percent,
        useNewPipeline: stored?.useNewPipeline ?? this.#own.useNewPipeline,
        shadowPercent: stored?.shadowPercent ?? this.#own.shadowPercent,
      };
      this.#isLogged = false;
    } catch (error) {
      this.#logOnce(error);
    }
  }

  /** Logs a failure once, not for every photo, until the settings can be read again. */
  #logOnce(error: unknown): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    log("warn", "rollout_settings_unreadable", { cause: firstLine(error) });
  }
}
