import { AppError } from "../errors.ts";
import { EngineCrash } from "../image/engine/wasm_engine.ts";
import { log } from "../telemetry/log.ts";
import { photoHash } from "../lib/sha256.ts";
import type { ResultStore } from "../storage/result_store.ts";
import type { CrashStore } from "./crash_store.ts";

/** Number of crashes after which a photo is refused. A single crash may come from low memory or from another photo. */
const MAX_CRASHES = 2;

/** Maximum number of photos whose crashes this process remembers. */
const MAX_REMEMBERED = 100;

/**
 * Stops all processes from retrying a photo that crashes the image engine. Other photos cost nothing: only a crash
 * is counted, and the lookup of a result finds a refusal as well.
 *
 * A kill by the host does not count: that would need a record before each photo is decoded.
 */
export class PhotoCrashes {
  readonly #store: Pick<CrashStore, "record">;
  /** The crashes that this process has seen, by photo, in the order of the last crash. */
  readonly #seen = new Map<string, number>();

  /** @param store Counts the crashes of all processes; without it, this process counts its own. */
  constructor(store: Pick<CrashStore, "record">) {
    this.#store = store;
  }

  /** Checks whether this process knows that a photo is refused. */
  async isRefused(photo: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (this.#seen.size === 0) return false;
    return (this.#seen.get(await photoHash(photo)) ?? 0) >= MAX_CRASHES;
  }

  /**
   * Counts a crash if the photo itself caused the error.
   *
   * @param error The error that processing the photo threw.
   * @param photo The photo.
   * @param place The place of the photo's result; after the last try, it holds a refusal.
   * @returns The same error, or `image_crashes_engine` after the last try.
   */
  async judge(
    error: unknown,
    photo: Uint8Array<ArrayBuffer>,
    { folder, results }: { folder: string; results?: Pick<ResultStore, "writeRefusal"> },
  ): Promise<unknown> {
    if (!(error instanceof EngineCrash) || !error.isCause) return error;
    const crashes = await this.#count(await photoHash(photo));
    if (crashes < MAX_CRASHES) return error;
    try {
      await results?.writeRefusal(folder, new Date());
    } catch (cause) {
      log("warn", "refusal_not_stored", { cause: String(cause).slice(0, 300) });
    }
    return crashesEngine(error);
  }

  async #count(hash: string): Promise<number> {
    let crashes = (this.#seen.get(hash) ?? 0) + 1;
    try {
      crashes = Math.max(crashes, await this.#store.record(hash));
    } catch (cause) {
      log("warn", "crash_not_recorded", { cause: String(cause).split("\n")[0].slice(0, 300) });
    }
    log("warn", "photo_crashed_engine", { photo_hash: hash, crashes });
    this.#seen.delete(hash);
    this.#seen.set(hash, crashes);
    if (this.#seen.size > MAX_REMEMBERED) this.#seen.delete(this.#seen.keys().next().value!);
    return crashes;
  }
}

/** The error for a photo that is refused because of its crashes. */
export function crashesEngine(cause?: unknown): AppError {
  return new AppError(
    "image_crashes_engine",
    "The image engine crashed on this photo twice, so it is not tried again. Save the photo as a new JPEG, and send that.",
    { cause },
  );
}
