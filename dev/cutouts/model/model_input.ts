/** The form in which a segmentation model takes a photo. */
export interface ModelInput {
  /** Side of the square input, in pixels; the photo is stretched to it. */
  sidePx: number;
  /** Subtracted from red, green and blue, each 0 to 255. */
  mean: readonly [number, number, number];
  /** Divides the difference. */
  deviation: readonly [number, number, number];
  /**
   * `whole`: the model runs once, on the whole photo. `focused`: it finds the subject in the whole photo, and runs twice
   * more on the subject's surroundings, once of them mirrored and with a tone curve; the mean of both is the mask.
   */
  passes: "whole" | "focused";
}
