import { AppError } from "../errors.ts";
import type { Quality } from "../image/quality/quality.ts";
import type { ProcessOptions } from "./options.ts";
import type { Warning } from "./warning.ts";

/**
 * Checks that a photo has none of the warnings that its request refuses.
 *
 * @param warnings The photo's warnings so far.
 * @param quality The photo's figures, for the caller.
 * @param options The caller's options.
 * @returns `null`, or `quality_rejected` with the refused warnings.
 */
export function checkRequired(
  warnings: readonly Warning[],
  quality: Quality,
  { require: refused }: Pick<ProcessOptions, "require">,
): AppError | null {
  const found = warnings.filter(({ code }) => (refused as readonly string[]).includes(code));
  if (found.length === 0) return null;
  const message = found.map(({ message }) => message).join(" ");
  return new AppError("quality_rejected", message, { details: { warnings: found, quality } });
}
