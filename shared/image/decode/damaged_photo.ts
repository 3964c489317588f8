import { AppError } from "../../errors.ts";
import type { InputFormat } from "../image_format.ts";

/** Returns the error of a photo whose file is damaged. */
export function damagedPhoto(format: InputFormat, how: string, cause?: unknown): AppError {
  return new AppError("invalid_image", `The ${format} file is damaged: ${how}. Send it again.`, {
    cause,
  });
}
