import type { Conversion } from "./conversion.ts";
import type { ProcessImageError } from "./process_image_error.ts";

/** A stage of a photo's processing. */
export type Stage =
  | "preparing"
  | "uploading"
  | "waiting"
  | "removing_background"
  | "rendering"
  | "storing"
  | "retrying"
  | "done";

/** The progress of a photo. After `retrying`, stages can come again; stages can also be skipped. */
export interface Progress {
  stage: Stage;
  /** While `preparing`: the outcome of converting or downscaling the photo, if either was tried. */
  conversion?: Conversion;
  /** While `uploading`: bytes sent so far. For a photo that goes directly to the function, 0. */
  uploadedBytes?: number;
  /** While `uploading`: bytes to send in total. */
  totalBytes?: number;
  /** While `retrying`: number of the next try, from 2. */
  attempt?: number;
  /** While `retrying`: wait before the next try, in milliseconds. */
  retryInMs?: number;
  /** While `retrying`: the error of the last try. */
  error?: ProcessImageError;
}

/** Called with a photo's progress. */
export type OnProgress = (progress: Progress) => void;

/** Stages of the function's steps. A step that is not listed belongs to the stage before it, at first `waiting`. */
const STAGES = new Map<string, Stage>([
  ["background", "removing_background"],
  ["crop", "rendering"],
  ["processed", "rendering"],
  ["grid", "rendering"],
  ["detail", "rendering"],
  ["legacy", "rendering"],
  ["store", "storing"],
]);

/**
 * Maps the function's steps to stages, and reports each stage once although it has several steps.
 *
 * @returns A listener for the steps.
 */
export function stepsTo(onProgress: OnProgress): (step: string) => void {
  let last: Stage | undefined;
  return (step) => {
    const stage = STAGES.get(step) ?? last ?? "waiting";
    if (stage !== last) notify(onProgress, { stage });
    last = stage;
  };
}

/** Calls a listener. Its errors do not end the call; they are reported as uncaught, like those of an event listener. */
export function notify<T extends unknown[]>(
  listener: ((...values: T) => void) | undefined,
  ...values: T
): void {
  try {
    listener?.(...values);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Reports that a photo was converted or downscaled before its upload, or why that failed. */
export function notifyConversion(
  prepared: { conversion?: Conversion } | null,
  onProgress: OnProgress | undefined,
): void {
  const { conversion } = prepared ?? {};
  if (conversion) notify(onProgress, { stage: "preparing", conversion });
}
