import type { ErrorCode } from "../../errors.ts";

/** The facts of one photo request, recorded with its answer. No image data, no names of users. */
export interface Run {
  requestId: string;
  startedAt: Date;
  /** From the request's arrival to its answer, in milliseconds. */
  totalMs: number;
  /** Wall time of each step, in milliseconds, in the order in which they ended. */
  stepsMs: Readonly<Record<string, number>>;
  /** CPU of processing by the isolate's account, in milliseconds; 0 if nothing was processed here. */
  cpuMs: number;
  /** The processor that answered. */
  servedBy: "new" | "legacy";
  /** Whether the run only serves a comparison: the caller got the legacy service's answer. */
  isShadow: boolean;
  /** The answer's error code; `null` for a success. */
  errorCode: ErrorCode | null;
  /** Size of the encoded photo, in bytes; 0 if it was not read. */
  bytesIn: number;
  /** The photo's size after EXIF orientation, in pixels; before decoding, as stored; `null` if unknown. */
  sizeIn: { width: number; height: number } | null;
  /** Size of all variants together, in bytes. */
  bytesOut: number;
  /** The origin of the cutout: API4.ai, the cache, the photo's own alpha, or none. Each call of API4.ai costs money. */
  api4ai: "called" | "cached" | "own_alpha" | "none";
  /** The SHA-256 of the photo, as 64 hexadecimal digits; unset before it is decoded. */
  photoHash?: string;
  /** The path of the photo's cutout in the cache; unset if no cutout was asked for. */
  cutoutPath?: string;
  /** The request's `filename`, if the result is stored: the gallery of admins shows it. */
  filename?: string;
  /** Codes of the answer's warnings. */
  warnings: readonly string[];
}

/** Receives the run of each photo request. It returns at once and does not throw: slow work goes on after the answer. */
export type Observer = (run: Run) => void;
