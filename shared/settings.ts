import { optional, required, withDefault } from "./lib/setting.ts";
import {
  address,
  bucket,
  buckets,
  headerList,
  integer,
  jsonObject,
  key,
  keySet,
  list,
  namedKeys,
  oneOf,
  providerId,
  signingSecret,
  text,
  where,
  yesOrNo,
} from "./lib/setting_types.ts";

/** The modes of API4.ai's car background removal. */
export const API4AI_MODES = [
  "fg-mask",
  "fg-image",
  "fg-image-shadow",
  "fg-image-hideclp",
  "fg-image-shadow-hideclp",
] as const;

/** A mode of API4.ai's car background removal. */
export type Api4aiMode = typeof API4AI_MODES[number];

/** The default of `API4AI_URL`, if there is an `API4AI_KEY`. */
export const API4AI_URL = "https://api4ai.cloud/img-bg-removal/v1/cars/results";

const ms = (min: number, max: number) => integer(min, max, "milliseconds");
const withoutQuery = (url: string) => !url.includes("?");
const percent = integer(0, 100, "percent");

/**
 * The settings: environment variables with their checks, defaults and descriptions (Markdown).
 *
 * `deno task openapi` writes docs/settings.md and .env.example from them, in this order.
 */
export const SETTINGS = {
  SUPABASE_URL: required(address, "The project's API address. The platform sets it."),
  SUPABASE_SECRET_KEYS: optional(
    namedKeys,
    "Named secret keys; `default`, or else the first, writes to Storage. The platform sets it.",
  ),
  SUPABASE_SECRET_KEY: optional(key, "One secret key."),
  SUPABASE_SERVICE_ROLE_KEY: optional(
    key,
    "The legacy secret key. One of these three settings is required.",
  ),
  SUPABASE_PUBLISHABLE_KEYS: optional(
    namedKeys,
    "Named publishable keys: the `apikey` of calls with a user's token.",
  ),
  SUPABASE_ANON_KEY: optional(
    key,
    "The legacy `anon` key, for projects without `SUPABASE_PUBLISHABLE_KEYS`.",
  ),
  SUPABASE_JWKS: optional(keySet, "The keys that verify users' tokens."),
  SUPABASE_JWKS_URL: optional(
    address,
    "Address of those keys, without `SUPABASE_JWKS`. The default is `SUPABASE_URL` + `/auth/v1/.well-known/jwks.json`.",
  ),

  PUBLIC_SUPABASE_URL: optional(
    address,
    "Base of `storage_urls`, if browsers reach Supabase at another address. The default is `SUPABASE_URL`.",
  ),
  FUNCTION_URL: optional(
    address,
    "The function's own public address, for the hand-over of photos to other isolates. The default is `SUPABASE_URL` + " +
      "`/functions/v1/process-image`.",
  ),

  ADMIN_ROLES: withDefault(
    list("roles"),
    ["admin"],
    "Roles in `app_metadata.role` that may call. The function copies them into the database (`process_image_settings`) for " +
      "row-level security: see [operations](operations.md#roles).",
  ),
  JWT_ISSUERS: withDefault(
    list("issuers"),
    [],
    "Further issuers (`iss`) of users' tokens, for example of an Auth server at a custom domain: " +
      "`https://auth.example.com/auth/v1`. `SUPABASE_URL` and `PUBLIC_SUPABASE_URL` + `/auth/v1` are always valid.",
  ),
  ALLOWED_ORIGINS: withDefault(
    where(
      list("origins"),
      (origins) => origins.every((o) => o === "*" || (URL.canParse(o) && new URL(o).origin === o)),
      "* or a comma-separated list of origins, such as https://admin.example.com",
    ),
    ["*"],
    "Origins that may call from a browser.",
  ),

  API4AI_KEY: optional(key, "Without it photos keep their background."),
  API4AI_URL: optional(
    where(
      address,
      withoutQuery,
      "an http or https address without a query (the mode is API4AI_MODE)",
    ),
    `Address of API4.ai's results. With an \`API4AI_KEY\` the default is \`${API4AI_URL}\`. RapidAPI: ` +
      "`https://cars-image-background-removal.p.rapidapi.com/v1/results`. The trial address works without a key.",
  ),
  API4AI_PROVIDER: optional(
    providerId,
    "Name of the service at `API4AI_URL`, in `metadata.background.provider`, warnings and the paths of cutouts. The default is `api4ai` " +
      "at the addresses of API4.ai and RapidAPI, and `cutout_server` at any other address. Set `api4ai` if your own proxy calls API4.ai. " +
      "A new name separates the cutouts of another model from the earlier ones.",
  ),
  API4AI_MODE: withDefault(oneOf(API4AI_MODES), "fg-mask", "Kind of cutout."),
  API4AI_TIMEOUT_MS: withDefault(
    ms(100, 140_000),
    30_000,
    "Timeout of API4.ai, all tries together.",
  ),
  API4AI_COOLDOWN_MS: withDefault(
    ms(100, 300_000),
    30_000,
    "Pause of calls after five failures in a row. It doubles up to five minutes while API4.ai keeps failing.",
  ),

  STORAGE_BUCKET: withDefault(
    bucket,
    "car-images",
    "Bucket of the variants. The migrations let only the service write results there; another bucket needs the same policies.",
  ),
  CUTOUT_BUCKET: withDefault(
    bucket,
    "car-cutouts",
    "Private bucket of the cached cutouts, closed to all but the service; another bucket needs the same policy. `none` turns the " +
      "cache off: every photo is paid for again.",
  ),
  SOURCE_BUCKETS: withDefault(buckets, ["car-originals"], "Buckets that `storage_path` may name."),
  BACKGROUND_BUCKETS: withDefault(
    buckets,
    ["car-backgrounds"],
    "Buckets that `options.background` may name. The function reads them with its own rights.",
  ),
  STORAGE_TIMEOUT_MS: withDefault(
    ms(100, 60_000),
    10_000,
    "Timeout of one call of Storage or Auth. The function tries Storage up to three times, and starts the last try within twice " +
      "this time.",
  ),

  MAX_IMAGE_BYTES: withDefault(
    integer(1_024, 104_857_600, "bytes"),
    41_943_040,
    "Largest size of a photo's file.",
  ),
  MAX_IMAGE_PIXELS: withDefault(
    integer(1_000, 268_435_456, "pixels"),
    120_000_000,
    "Largest width times height of a photo.",
  ),
  CPU_BUDGET_MS: optional(
    ms(0, 3_600_000),
    "CPU time of an isolate over its life. Photos that cannot be decoded within it are refused; photos that no longer fit go to " +
      "another isolate. 0 means no limit. The default is 2000 on hosted Supabase and 0 elsewhere.",
  ),

  VARIANTS: optional(
    jsonObject("a JSON object of presets"),
    'The portal\'s own variants and its own `grid` and `detail`: JSON of names and `{"width", "height", "fit"?, "framing"?, ' +
      '"background"?, "shadow"?, "format"?, "quality"?}`, at most 8, of 16 to 4096 pixels. See ' +
      "[recipes](recipes.md#add-a-variant).",
  ),
  DEFAULT_OPTIONS: optional(
    jsonObject("a JSON object of options"),
    "The portal's own defaults of a photo's options: JSON in the form of `options`. A request's own options replace them one by " +
      "one.",
  ),

  ROLLOUT_PERCENT: withDefault(
    percent,
    100,
    "Share of the photos that the new pipeline processes. The legacy service processes the others.",
  ),
  USE_NEW_PIPELINE: withDefault(yesOrNo, true, "`false` sends every photo to the legacy service."),
  SHADOW_PERCENT: withDefault(
    percent,
    0,
    "Share of the legacy service's photos that the new pipeline processes as well, for comparison only.",
  ),
  LEGACY_PROCESSOR_URL: optional(
    where(address, withoutQuery, "an http or https address without a query"),
    "Address of the legacy service. Without it the new pipeline processes every photo.",
  ),
  LEGACY_PROCESSOR_KEY: optional(key, "Key that the legacy service receives as `X-API-Key`."),
  LEGACY_TIMEOUT_MS: withDefault(
    ms(100, 140_000),
    60_000,
    "Timeout of a request to the legacy service, its answer included.",
  ),

  WEBHOOK_SECRET: optional(
    signingSecret,
    "Signs the calls of webhooks. Without it batches cannot have webhooks.",
  ),
  WEBHOOK_ALLOW_PRIVATE: withDefault(
    yesOrNo,
    false,
    "`true` allows webhooks at private addresses and over plain HTTP. For development only.",
  ),

  RUNS_RETENTION_DAYS: withDefault(
    integer(1, 3_650, "days"),
    30,
    "Time that the database keeps the record of each request.",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    address,
    "Base address of an OpenTelemetry collector (OTLP/HTTP, JSON). Spans go to `/v1/traces` below it. Without it the function " +
      "exports no spans.",
  ),
  OTEL_EXPORTER_OTLP_HEADERS: withDefault(headerList, {}, "Headers for the collector."),
  OTEL_SERVICE_NAME: withDefault(text(255), "process-image", "Name of the service in traces."),
};
