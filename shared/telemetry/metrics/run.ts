import type { ErrorCode } from "../../errors.ts";

/** What is known of one photo request when its answer is known. No image data, no names of users or files. */
export interface Run {
  requestId: string;
  startedAt: Date;
  /** From the request's arrival to its answer, in milliseconds. */
  totalMs: number;
  /** Wall time of each step, in milliseconds, in the order in which they ended. */
  stepsMs: Readonly<Record<string, number>>;
  /** CPU that processing used, as the isolate accounts it, in milliseconds; 0 where nothing was processed here. */
  cpuMs: number;
  /** Who answered. */
  servedBy: "new" | "legacy";
  /** Whether it was processed for comparison only: the caller had another's answer. */
  isShadow: boolean;
  /** The code of the error that was answered; `null` for a success. */
  errorCode: ErrorCode | null;
  /** The encoded photo, in bytes; 0 where it was not read. */
  bytesIn: number;
  /** The photo's size after EXIF orientation, in pixels; `null` where it is not known. */
  sizeIn: { width: number; height: number } | null;
  /** All variants together, in bytes. */
  bytesOut: number;
  /** Whether API4.ai was asked: each call costs. */
  api4ai: "called" | "cached" | "none";
  /** Codes of the answer's warnings. */
  warnings: readonly string[];
}

/** Hears of each photo request. It returns at once and does not throw: what takes time goes on after the answer. */
export type Observer = (run: Run) => void;
