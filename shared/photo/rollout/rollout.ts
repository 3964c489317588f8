import { photoHash } from "../../lib/sha256.ts";
import type { LegacyClient } from "./legacy_client.ts";
import { planRoute, type Processor, type Route } from "./plan_route.ts";
import type { SettingsCache } from "./settings_cache.ts";

/** The stepwise replacement of the legacy service. */
export class Rollout {
  /** The legacy service. */
  readonly legacy: LegacyClient;
  readonly #settings: SettingsCache;

  /**
   * @param legacy The legacy service.
   * @param settings The settings that choose the processor of a photo.
   */
  constructor(legacy: LegacyClient, settings: SettingsCache) {
    this.legacy = legacy;
    this.#settings = settings;
  }

  /** Starts the reads that {@linkcode Rollout.routeOf} waits for. Called before a request's body is read. */
  prepare(): void {
    this.#settings.prepare();
  }

  /**
   * Chooses the processor of a photo.
   *
   * @param photo The encoded photo.
   * @param forced The processor that the caller names, if any.
   */
  async routeOf(photo: Uint8Array<ArrayBuffer>, forced: Processor | null): Promise<Route> {
    const [hash, settings] = await Promise.all([photoHash(photo), this.#settings.current()]);
    return planRoute(hash, settings, forced);
  }
}
