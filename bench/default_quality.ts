import { optionsSchema } from "../shared/photo/options.ts";

/** The quality at which the function writes WebP unless told otherwise; peers and references are given the same. */
export const DEFAULT_QUALITY = optionsSchema.parse({}).quality;
