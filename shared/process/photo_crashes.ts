import { AppError } from "../errors.ts";
import { EngineCrash } from "../image/wasm_engine.ts";
import { log } from "../log.ts";
import { photoHash } from "../photo_hash.ts";
import type { ResultStore } from "../storage/result_store.ts";
import type { CrashStore } from "./crash_store.ts";

/** Crashes of a photo after which it is not tried any more: one may be for want of memory, or another photo's fault. */
const MAX_CRASHES = 2;

/** Photos whose crashes this process remembers by itself. */
const MAX_REMEMBERED = 100;

/**
 * Keeps a photo that crashes the image engine from being tried for ever, by whatever process. Photos that do not crash cost
 * nothing: a crash is counted when it has happened, and what is refused stands where the result is looked for anyway.
 *
 * An isolate that the host kills is not counted: that would take a record before each photo is decoded.
 */
export class PhotoCrashes {
  readonly #store: Pick<CrashStore, "record">;
  /** Crashes by photo, as far as this process has seen them: in the order of the last ones. */
  readonly #seen = new Map<string, number>();

  /** @param store Where crashes are counted for all processes; without it this one counts its own. */
  constructor(store: Pick<CrashStore, "record">) {
    this.#store = store;
  }

  /** Whether this process has seen that a photo is not to be tried any more. */
  async isRefused(photo: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (this.#seen.size === 0) return false;
    return (this.#seen.get(await photoHash(photo)) ?? 0) >= MAX_CRASHES;
  }

  /**
   * Counts a crash, if an error is one that the photo itself caused.
   *
   * @param error What processing the photo threw.
   * @param photo The photo.
   * @param place Where its result would be; after the last try a refusal stands there.
   * @returns The error as it is, or `image_crashes_engine` after the last try.
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

/** The error of a photo that is not tried any more. */
export function crashesEngine(cause?: unknown): AppError {
  return new AppError(
    "image_crashes_engine",
    "The image engine crashed on this photo twice, so it is not tried again. Save the photo anew as a JPEG, and send that.",
    { cause },
  );
}
