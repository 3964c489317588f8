import type { InputFormat, OutputFormat } from "../image/image_format.ts";

// The CPU that the parts of the function take, and the shares of the CPU budget that bound them: one table. All costs are
// milliseconds of the isolate's thread on Deno 2.1.4, on the machine of `bench/RESULTS.md`; `Pace` translates them to a
// slower machine.

/** Shares of the CPU budget. */
export const CPU_SHARE = {
  /** Bound on the estimate of a photo alone. The rest lets it finish on a slower machine or if it is a harder photo. */
  photo: 0.85,
  /**
   * A photo whose estimate is above this share is kept once it is decoded, if the isolate turns out to be too slow. JPEGs of up to
   * 50 megapixels are below it.
   */
  alone: { jpeg: 0.6, others: 0.5 },
  /**
   * Bound on all jobs together. The rest lets a running job finish a harder photo, and covers an account below the truth: by up
   * to 100 ms of 2000 in 114 of 116 isolates. The fullest one of 16 runs of the load test used 1690 (`bench/COLD.md`).
   */
  jobs: 0.9,
  /** Bound up to which requests are read and handed over: little work each, but it adds up. */
  requests: 0.92,
  /** A running job that cannot end within this share is stopped, or the host would kill the other jobs with it. */
  stop: 0.92,
  /** The host retires an isolate here: it gets no new requests, and finishes those it has. */
  retired: 0.5,
  /** The use at which the host announces the end (`beforeunload`). */
  warned: 0.9,
} as const;

/** CPU of work beside the photos. It is charged when it happens. */
export const TASK_MS = {
  /**
   * The start: evaluating the modules takes 28 to 48 as the host counts, which does not count loading them; what the first
   * request uses for the first time takes another 25 to 38.
   */
  start: 65,
  /** Receiving a photo's request: per request, and per megabyte of its memory reservation. */
  receive: { each: 12, perMegabyte: 5 },
  /** Refusing a photo's request that is not read. */
  refuse: 6,
  /** Handing a request over to another isolate: per request, and per megabyte of photo. */
  handOver: { each: 8, perMegabyte: 3 },
  /** Forwarding a request to the legacy service and its reply back: per request, and per megabyte of body. */
  forward: { each: 15, perMegabyte: 5 },
  /** Looking for a stored result: 1.4 without one, up to 6 if files are read. */
  lookup: 4,
  /** Reading a picture behind the car, if this isolate does not keep it: a call, and the hash of some megabytes. */
  backdrop: 6,
  /** Storing a result: five calls of 1.2 to 2, outside the job's CPU slot. */
  store: 10,
  /** Adding a photo to its vehicle's set: one call of 2. */
  vehicle: 3,
  /** Answering a request for a vehicle's set: per request, of which the first takes 10, and per photo. */
  vehicleSet: { each: 6, perPhoto: 0.07 },
  /** Recording a run after its response. */
  record: 2,
  /** Writing the roles, once per isolate: one call. */
  roles: 2,
  /** Answering a request for metrics: one every few seconds uses up an isolate. */
  metrics: 4,
  /** All health checks; the first run includes the start of the engines. */
  health: { first: 120, later: 8 },
  /** Answering with the OpenAPI document; the first answer includes the import, mostly Deno's loader. */
  openapi: { first: 15, later: 2 },
  /** Answering a request for a batch: per request, and per item. */
  batch: { each: 6, perItem: 0.05 },
  /** Checking in the database that a caller may read a batch's photos: the JSON of 500 paths takes 0.4. */
  rights: { each: 2, perItem: 0.001 },
  /** One look for a batch's change. */
  change: 2,
  /** Receiving a call to work on batches. */
  work: 4,
  /** Calling a worker. */
  callWorker: 3,
  /** A batch item besides its processing: per item, and per megabyte of its photo. */
  item: { each: 10, perMegabyte: 3 },
  /** Deleting a photo: per photo, and per megabyte of an original that is read for its hash. */
  erase: { each: 12, perMegabyte: 3 },
  /** Compiling the rendering code in advance. */
  warmUp: 150,
  /** One burn: burns make the host retire the isolate. */
  burn: 50,
} as const;

/** CPU of a photo's job in a fresh process. */
export const JOB_MS = {
  /** The first request without decoding, by the type of the variants: the parts below, the mask, three variants. */
  rest: { webp: 510, png: 610, jpeg: 490 } satisfies Record<OutputFormat, number>,
  /**
   * The part of `rest` for the process's start, before the first request, in an estimate from the header alone. The account
   * takes `TASK_MS.start` for it; the difference covers what requests of other kinds than photos import at their first call: 1 to
   * 3 ms each (`bench/COLD.md`).
   */
  boot: 120,
  /** The part of `rest` for starting ImageMagick. */
  engine: 60,
  /** The part of `rest` for encoding the background remover's JPEG. */
  jpegForRemover: 20,
  /**
   * Rendering a crop larger than the usual one, per megapixel beyond it; measured as a ratio to the crop of
   * `fixtures/street.jpg` in the same run (Deno 2.9.6).
   */
  largerCrop: { webp: 230, png: 350, jpeg: 190 } satisfies Record<OutputFormat, number>,
  /** Rendering a variant beyond the three standard ones, per megapixel of its frame, opaque. */
  variant: { webp: 260, png: 350, jpeg: 170 } satisfies Record<OutputFormat, number>,
  /** Pixels that a framing adds to `processed` at most in an ordinary photo, in megapixels. */
  framedMegapixels: 0.5,
  /** Starting the encoder of another file type in the same request. */
  otherFormat: 40,
  /** Painting a studio, and fitting a picture into a frame, per megapixel of the frame, with the car before them. */
  backdrop: { studio: 25, picture: 60 },
  /**
   * Decoding the picture that finds licence plates in place of a mask: 0.35 of the whole job of `fixtures/street.jpg` in the
   * same run (`deno task bench looks`, one run, Deno 2.1.4).
   */
  plates: 280,
  /** Enlarging the crop for a second decode, per megapixel of that decode. */
  detailCrop: 60,
  /** The trial run of a fresh engine (`try_engine.ts`), which reports its steps. */
  trial: 32,
} as const;

/** CPU of handing a working image on to another isolate (`shared/photo/relay/`). */
export const RELAY_MS = {
  /**
   * Bound on decoding, as a share of its estimate: an ordinary photo takes 0.45 to 0.62 of it, and no file more than 1.3
   * times as much as an ordinary one of its format (`tests/fuzz/`). A relay may come closer to the budget than a photo in one
   * isolate, since it looks at the CPU that is left after each part.
   */
  decodeShare: 0.8,
  /** Listing the parts that are kept. */
  list: 2,
  /** Keeping a part: per call, and per megabyte of pixels. */
  keep: { each: 4, perMegabyte: 5 },
  /** Reading and joining parts: per call, and per megabyte of pixels. */
  load: { each: 4, perMegabyte: 3 },
} as const;

/**
 * Ratio of a later job's CPU to the first one's: 0.5 for JPEG, 0.65 for the slower decoders, 0.7 if the two alternate.
 * A JPEG after a photo of another format decodes like a first one, which is 0.15 of its job.
 */
export const WARM_RATIO = { jpeg: 0.5, others: 0.7 };

/**
 * Share of their estimate that the steps of an ordinary photo take, in an isolate's first job and in later ones: the estimate is
 * a bound, the machine's pace is measured against what is usual. `fixtures/street.jpg` in the load test, medians of 11 and 49 jobs
 * with the pixel loops, and of 45 and 106 with ImageMagick, whose first and last tenth are 0.46 to 0.68 and 0.31 to 0.52
 * (`bench/COLD.md`).
 */
export const STEPS_SHARE = {
  plainJpeg: { first: 0.69, later: 0.54 },
  others: { first: 0.53, later: 0.37 },
};

/**
 * CPU of decoding in a fresh process. Figures that depend on the content were measured in a warm process, relative to an
 * ordinary photo of the same format, and multiplied by 1.5, the ratio of a fresh process to a warm one
 * (`tests/fuzz/cost_meter.ts`).
 */
export const DECODE_MS = {
  /** A decoder's first use, the same for all photos. */
  firstUse: 30,
  /** Each decoder but JPEG's: per megapixel, as a function of the file's bytes per pixel. */
  perMegapixel: {
    bmp: () => 12,
    tiff: () => 30,
    gif: () => 50,
    png: () => 90,
    webp: (rate) => 40 + 42 * rate,
    avif: (rate) => 87 + 165 * rate,
    heic: (rate) => 67 + 225 * Math.min(rate, 0.5) + 112 * Math.max(0, rate - 0.5),
  } satisfies Record<Exclude<InputFormat, "jpeg">, (bytesPerPixel: number) => number>,
  /**
   * Reading a plain PNG row by row and scaling it (`read_png_rows.ts`), per megapixel: as a JPEG of the same run, an ordinary one
   * takes 0.7 of it (241 and 270 where `street.jpg` takes 109), one without filters 0.55.
   */
  pngRows: { rgb: 27, rgba: 33 },
  /**
   * Decoding a plain JPEG with the pixel loops (`decode_plain_jpeg.ts`), per megapixel and megabyte of the file. Photos of 12
   * megapixels and 1.4 to 13 MB take 0.55 to 0.7 of it, larger ones 0.45 to 0.6; a file of 2 bits a coefficient, which no encoder
   * writes, takes 0.92.
   */
  plainJpeg: { firstUse: 12, perMegapixel: 1, perMegabyte: 20 },
  /**
   * ImageMagick's JPEG decoder: per megapixel of the file; per megapixel of the size that it decodes to; per megabyte beyond an
   * ordinary file, whose rate is in bytes per pixel. For several scans: per megapixel of each scan, and per megabyte.
   */
  jpeg: {
    perMegapixel: 5,
    perDecodedMegapixel: 22,
    perMegabyte: 10,
    usualRate: 0.25,
    scans: { perMegapixel: 1.5, perMegabyte: 97, usualRate: 0.4 },
  },
  /** Converting colours to sRGB, per decoded megapixel: by ImageMagick, and by the pixel loops (`matrix_profile.ts`). */
  convert: { profile: 54, matrixProfile: 8, ink: 100, grey: 35 },
  /** Transparency, per decoded megapixel: detecting it, and scaling it. */
  alpha: { detect: 25, shrink: 55 },
  /**
   * Scaling a decoded frame down, per megapixel of the frame and of the result: by whole pixels, and by fractions of
   * pixels. The JPEG decoder scales while it decodes.
   */
  shrink: { whole: { from: 30, to: 0 }, fraction: { from: 40, to: 90 } },
  /** The same by whole pixels in JavaScript (`box_shrink.ts`), per megapixel of the frame. */
  boxShrink: 10,
} as const;
