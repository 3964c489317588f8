import { AppError } from "../../errors.ts";
import type { InputFormat } from "../image_format.ts";

/** Returns the error of a photo whose decoding was stopped. */
export function stoppedPhoto(format: InputFormat): AppError {
  const advice = format === "jpeg"
    ? "Send a smaller one."
    : "Convert it to JPEG, or send a smaller one.";
  const message = `Decoding the ${format} was stopped: it takes more CPU than there is. ${advice}`;
  return new AppError("image_too_costly", message, { details: { format, stopped: true } });
}
