import { withTimeout } from "../../lib/with_timeout.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import type { RolloutSettings } from "./plan_route.ts";

/** How long the stored settings are good for, in milliseconds: a change reaches every isolate within it. */
const GOOD_FOR_MS = 10_000;

/** How long a photo waits for them, in milliseconds, all in all. */
const WAIT_MS = 1_000;

/** What is stored: `null` leaves a setting as the environment has it. */
export type StoredSettings = { [name in keyof RolloutSettings]: RolloutSettings[name] | null };

/**
 * The rollout's settings, as they are stored for all isolates. While they can not be read the last known ones hold, or the
 * environment's: it never fails.
 */
export class SettingsCache {
  readonly #read: () => Promise<StoredSettings | null>;
  readonly #own: RolloutSettings;
  readonly #now: () => number;
  #known: RolloutSettings;
  #reading: Promise<void> | undefined;
  #goodUntilMs = -Infinity;
  #told = false;

  /**
   * @param own The environment's settings.
   * @param read Reads what is stored, `null` if nothing is; may fail, and may take its time.
   * @param now A clock that only goes forward, in milliseconds.
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

  /** Begins to read the settings if that is due, so that they are there when they are needed. */
  prepare(): void {
    if (this.#reading || this.#now() < this.#goodUntilMs) return;
    this.#reading = this.#refresh().finally(() => {
      this.#goodUntilMs = this.#now() + GOOD_FOR_MS; // also of a failure: not every photo shall wait for it
      this.#reading = undefined;
    });
  }

  /** The settings that hold now. */
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
      this.#told = false;
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Once for each time that they are lost: it is the same for every photo. */
  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    log("warn", "rollout_settings_unreadable", { cause: firstLine(error) });
  }
}
