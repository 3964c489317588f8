import { photoHash } from "../../lib/sha256.ts";
import type { LegacyClient } from "./legacy_client.ts";
import { planRoute, type Processor, type Route } from "./plan_route.ts";
import type { SettingsCache } from "./settings_cache.ts";

/** Taking over from the legacy service, step by step. */
export class Rollout {
  /** The service that is replaced. */
  readonly legacy: LegacyClient;
  readonly #settings: SettingsCache;

  /**
   * @param legacy The service that is replaced.
   * @param settings What decides who processes a photo.
   */
  constructor(legacy: LegacyClient, settings: SettingsCache) {
    this.legacy = legacy;
    this.#settings = settings;
  }

  /** Begins what {@linkcode Rollout.routeOf} waits for: called before a request's body is read. */
  prepare(): void {
    this.#settings.prepare();
  }

  /**
   * Decides who processes a photo.
   *
   * @param photo The encoded photo.
   * @param forced Who was asked for by name, if anyone was.
   */
  async routeOf(photo: Uint8Array<ArrayBuffer>, forced: Processor | null): Promise<Route> {
    const [hash, settings] = await Promise.all([photoHash(photo), this.#settings.current()]);
    return planRoute(hash, settings, forced);
  }
}
