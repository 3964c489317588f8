import type { ConvertOptions } from "@process-image/client";

/** How photos are converted before their upload: by the browser, or with a decoder of HEIC that is loaded when one is needed. */
export const CONVERT: ConvertOptions = { heicDecoder: () => import("./heic_decoder.ts") };
