import type { ProcessImageError } from "./process_image_error.ts";

/** What is being done to a photo. */
export type Stage =
  | "preparing"
  | "uploading"
  | "waiting"
  | "removing_background"
  | "rendering"
  | "storing"
  | "retrying"
  | "done";

/** How far a photo is. Stages come again after `retrying`, and further ones may be left out. */
export interface Progress {
  stage: Stage;
  /** While `uploading`: what has gone so far. Of a photo that is sent directly, nothing or all is known to have gone. */
  uploadedBytes?: number;
  /** While `uploading`: what there is to send. */
  totalBytes?: number;
  /** While `retrying`: the try that comes next, from 2. */
  attempt?: number;
  /** While `retrying`: how long until then, in milliseconds. */
  retryInMs?: number;
  /** While `retrying`: why. */
  error?: ProcessImageError;
}

/** Hears how far a photo is. */
export type OnProgress = (progress: Progress) => void;

/** The function's steps. One that is not here goes on with what was before it; at first that is waiting. */
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
 * Translates the function's steps, so that a stage is told once although it has many.
 *
 * @returns What to tell each step to.
 */
export function stepsTo(onProgress: OnProgress): (step: string) => void {
  let last: Stage | undefined;
  return (step) => {
    const stage = STAGES.get(step) ?? last ?? "waiting";
    if (stage !== last) tell(onProgress, { stage });
    last = stage;
  };
}

/** Tells a listener. One that throws does not end the call: that is reported as uncaught, as of any event's listener. */
export function tell<T extends unknown[]>(
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
