import type { BatchCreated, BatchReply } from "../shared/batch/batch_reply_schema.ts";
import type { EraseReply } from "../shared/erase/erase_reply_schema.ts";
import type { MetricsReply } from "../shared/status/metrics_schema.ts";
import type { DeepHealthReply } from "../shared/status/health_schema.ts";
import type { Reply } from "../shared/photo/reply_schema.ts";
import type { VehicleForgotten, VehicleReply } from "../shared/vehicle/vehicle_reply_schema.ts";
import { EXAMPLE_ID } from "./answers.ts";
import type { JsonObject } from "./json.ts";

const PROJECT = "https://abcdefghijklmnopqrst.supabase.co";
const FOLDER = `${PROJECT}/storage/v1/object/public/car-images/` +
  "6461a0b2c4d6e8f00112233445566778899aabbccddeeff00112233445566778/15dd9c1c8a6b";

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const variant = (
  [width, height]: [number, number],
  bytes: number,
  scale: number,
  crop: ReturnType<typeof box>,
) => ({ width, height, bytes, format: "webp", scale, crop }) as const;

/** The consistency of a set of one photo. */
const consistencyOf = (width: number, ground: number) => {
  const same = (share: number) => ({ min: share, max: share, spread: 0 });
  return { photos: 1, car_width: same(width), ground_line: same(ground) };
};

/** A photo whose variants are in Storage. */
export const STORED_REPLY = {
  success: true,
  metadata: {
    original_size: [4032, 3024],
    filename: "IMG_0042.HEIC",
    crop: box(608, 1064, 2_634, 1_360),
    subject: {
      processed: box(70, 71, 1_217, 579),
      grid: box(23, 68, 554, 264),
      detail: box(46, 137, 1_108, 527),
    },
    processed: variant([1_357, 720], 92_072, 1, box(20, 20, 1_317, 680)),
    grid: variant([600, 400], 28_352, 0.456, box(0, 45, 600, 310)),
    detail: variant([1_200, 800], 80_874, 0.911, box(0, 90, 1_200, 620)),
    quality: {
      ...{ edge_contact: 0, edge_width: 1.269, brightness: 0.545, overexposed: 0 },
      ...{ subjects: 1, half_transparent: 0.004 },
    },
    background: { removed: true, provider: "api4ai", cached: false },
    reused: false,
    timings_ms: {
      auth: 4,
      body: 26,
      lookup: 4,
      decode: 69,
      background: 612,
      crop: 15,
      total: 1063,
    },
  },
  storage_urls: {
    processed: `${FOLDER}/processed.webp`,
    grid: `${FOLDER}/grid.webp`,
    detail: `${FOLDER}/detail.webp`,
  },
  warnings: [],
  served_by: "new",
  request_id: EXAMPLE_ID,
} satisfies Reply;

/** A photo that kept its background, with its variant in the answer. */
export const KEPT_REPLY = {
  success: true,
  grid: "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
  metadata: {
    original_size: [4032, 3024],
    filename: null,
    crop: box(0, 0, 4_032, 3_024),
    subject: null,
    grid: variant([600, 400], 42, 0.265, box(33, 0, 533, 400)),
    quality: {
      ...{ edge_contact: null, edge_width: 1.308, brightness: 0.82, overexposed: null },
      ...{ subjects: null, half_transparent: null },
    },
    background: { removed: false, provider: null, cached: false },
    reused: false,
    timings_ms: { auth: 4, body: 26, decode: 69, background: 30_000, crop: 15, total: 30_148 },
  },
  warnings: [{
    code: "background_removal_timeout",
    message: "API4.ai did not answer within 30000 ms. The photo was processed with its background.",
  }],
  served_by: "new",
  request_id: EXAMPLE_ID,
} satisfies Reply;

const BATCH_ID = "0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11";

/** A new batch. */
export const BATCH_CREATED = {
  batch_id: BATCH_ID,
  created: true,
  total: 2,
  status_url: `${PROJECT}/functions/v1/process-image/batch/${BATCH_ID}`,
  request_id: EXAMPLE_ID,
} satisfies BatchCreated;

const item = (position: number, path: string) => ({
  position,
  storage_path: { bucket: "car-originals", path },
  filename: path,
  tries: 1,
});

/** A batch that has ended. */
export const BATCH = {
  batch_id: BATCH_ID,
  state: "finished",
  counts: { queued: 0, processing: 0, succeeded: 1, failed: 1, cancelled: 0, total: 2 },
  items: [
    {
      ...item(0, "a.jpg"),
      state: "succeeded",
      storage_urls: STORED_REPLY.storage_urls,
      metadata: { ...STORED_REPLY.metadata, filename: "a.jpg" },
      warnings: [],
    },
    {
      ...item(1, "b.jpg"),
      state: "failed",
      error: {
        code: "invalid_image",
        message: "The jpeg file is damaged: its header has no size. Send it again.",
      },
    },
  ],
  changes: 5,
  created_at: "2026-01-31T12:00:00.123456+00:00",
  not_before: null,
  finished_at: "2026-01-31T12:00:04.654321+00:00",
  webhook: { state: "sent", tries: 1, error: null },
  request_id: EXAMPLE_ID,
} satisfies BatchReply;

/** Two deleted photos; the original of the second one does not exist. */
export const DELETED = {
  photos: [
    {
      photo_hash: "6461a0b2c4d6e8f00112233445566778899aabbccddeeff00112233445566778",
      results: 4,
      cutouts: 1,
      originals: [{ bucket: "car-originals", path: "stock/a.jpg", deleted: true }],
    },
    { photo_hash: null, results: 0, cutouts: 0, originals: [] },
  ],
  request_id: EXAMPLE_ID,
} satisfies EraseReply;

const HASH = "6461a0b2c4d6e8f00112233445566778899aabbccddeeff0011223344556677a";

/** The photos of a vehicle. */
export const VEHICLE = {
  vehicle_id: "stock-4711",
  cover: HASH,
  photos: [{
    photo_hash: HASH,
    position: 0,
    filename: "IMG_0042.HEIC",
    original_size: STORED_REPLY.metadata.original_size,
    storage_urls: STORED_REPLY.storage_urls,
    variants: {
      processed: { width: 1_357, height: 720, subject: STORED_REPLY.metadata.subject.processed },
      grid: { width: 600, height: 400, subject: STORED_REPLY.metadata.subject.grid },
      detail: { width: 1_200, height: 800, subject: STORED_REPLY.metadata.subject.detail },
    },
    quality: STORED_REPLY.metadata.quality,
    warnings: [],
  }],
  consistency: {
    processed: consistencyOf(0.8968, 0.9028),
    grid: consistencyOf(0.9233, 0.83),
    detail: consistencyOf(0.9233, 0.83),
  },
  request_id: EXAMPLE_ID,
} satisfies VehicleReply;

/** A set that is forgotten. */
export const VEHICLE_FORGOTTEN = {
  vehicle_id: VEHICLE.vehicle_id,
  photos: 1,
  request_id: EXAMPLE_ID,
} satisfies VehicleForgotten;

/** All checks succeed that photos need. */
export const DEEP_HEALTH = {
  status: "healthy",
  checks: [
    { name: "image_engine", ok: true, ms: 61.2, needed: true },
    { name: "storage", ok: true, ms: 12.4, needed: true },
    { name: "database", ok: true, ms: 9.8, needed: true },
    { name: "api4ai", ok: false, ms: 103.5, needed: false, error: "API4.ai could not be reached." },
  ],
  request_id: EXAMPLE_ID,
} satisfies DeepHealthReply;

/** A check fails that photos need. */
export const UNHEALTHY = {
  ...DEEP_HEALTH,
  status: "unhealthy",
  checks: DEEP_HEALTH.checks.map((check) =>
    check.name === "storage"
      ? { ...check, ok: false, error: 'The bucket "car-images" is not public.' }
      : check
  ),
} satisfies DeepHealthReply;

const NONE = {
  ...{ requests: 0, successes: 0, failures: 0, failures_by_code: {}, api4ai_calls: 0 },
  ...{ cached_cutouts: 0, own_alpha_cutouts: 0, total_processing_time: 0, success_rate: null },
  ...{ avg_processing_time: null, p50: null, p95: null },
};
const SOME = {
  ...{ requests: 3, successes: 2, failures: 1, failures_by_code: { invalid_image: 1 } },
  ...{
    api4ai_calls: 1,
    cached_cutouts: 1,
    own_alpha_cutouts: 0,
    total_processing_time: 2.4,
    success_rate: 0.667,
  },
  ...{ avg_processing_time: 0.8, p50: 1.1, p95: 1.28 },
};
const BY_SERVER = { all: SOME, new: SOME, legacy: NONE, shadow: NONE };

/** The metrics of an isolate and a project with three photos. */
export const METRICS = {
  ...SOME,
  isolate: { started_at: "2026-01-31T12:00:00.000Z", ...BY_SERVER },
  project: { last_hour: BY_SERVER, last_day: BY_SERVER },
  database: "ok",
  request_id: EXAMPLE_ID,
} satisfies MetricsReply;

/** The start of the same metrics for Prometheus. */
export const METRICS_TEXT =
  `# HELP process_image_database_up Whether the sums of all isolates could be read from the database.
# TYPE process_image_database_up gauge
process_image_database_up 1
`;

/** A photo that the legacy service processed. */
export const LEGACY_REPLY: JsonObject = {
  success: true,
  processed: "b2xkIHByb2Nlc3NlZA==",
  metadata: { original_size: [640, 427], filename: "car.jpg", engine: "pillow" },
  served_by: "legacy",
  request_id: EXAMPLE_ID,
};

/** The events of a photo, shortened. */
export const EVENTS = `event: step
data: {"step":"decode"}

event: step
data: {"step":"background"}

event: answer
data: ${
  JSON.stringify({ status: 200, headers: { "x-request-id": EXAMPLE_ID }, body: STORED_REPLY })
}

`;
