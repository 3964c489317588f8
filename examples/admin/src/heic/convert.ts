import type { ConvertOptions } from "@process-image/client";

/** Conversion of photos before their upload: by the browser, or with a HEIC decoder that is loaded on demand. */
export const CONVERT: ConvertOptions = { heicDecoder: () => import("./heic_decoder.ts") };
