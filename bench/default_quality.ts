import { optionsSchema } from "../shared/photo/options.ts";

/** The function's default quality for WebP, also used for peers and references. */
export const DEFAULT_QUALITY = optionsSchema.parse({}).quality;
