import { z } from "zod";
import {
  address,
  bucket,
  buckets,
  headerList,
  json,
  jwkList,
  key,
  list,
  namedKeys,
  signingSecret,
  whole,
  yesOrNo,
} from "./lib/setting_types.ts";
import { settingFault } from "./lib/setting_fault.ts";

/** How API4.ai is asked: which of its products. See the README for what each answers and costs. */
export const API4AI_MODES = [
  "fg-mask",
  "fg-image",
  "fg-image-shadow",
  "fg-image-hideclp",
  "fg-image-shadow-hideclp",
] as const;

/** A mode of API4.ai's car background removal. */
export type Api4aiMode = typeof API4AI_MODES[number];

/** Everything that the environment decides, checked and frozen. */
export interface Config {
  readonly supabase: {
    /** The project's API address, without a trailing slash. */
    readonly url: string;
    /** The same as browsers reach it: the base of `storage_urls`. */
    readonly publicUrl: string;
    /** The key that writes to Storage: the first of {@linkcode secretKeys}. */
    readonly serviceKey: string;
    /** Every key that admits a server: secret keys and the legacy service role key. */
    readonly secretKeys: readonly string[];
    /** Sent as `apikey` where the call carries a user's token. */
    readonly publishableKey: string;
  };
  /** Where the keys of user tokens come from. */
  readonly jwks: { readonly inline: { keys: Record<string, unknown>[] } } | {
    readonly url: string;
  };
  /** The values of `iss` that a user's token may have. */
  readonly issuers: readonly string[];
  /** Roles in `app_metadata.role` that may call. */
  readonly adminRoles: readonly string[];
  readonly api4ai: {
    /** Unset: no key header is sent (the demo address needs none). */
    readonly key?: string;
    /** The results address without its query; unset where background removal is not configured. */
    readonly url?: string;
    readonly mode: Api4aiMode;
    /** Bound on all tries together, in milliseconds. */
    readonly timeoutMs: number;
    /** How long it is left alone after repeated failures, the first time, in milliseconds. */
    readonly cooldownMs: number;
  };
  readonly storage: {
    /** The bucket that the variants are written to. */
    readonly bucket: string;
    /** The private bucket that cutouts are kept in; unset where they are not kept. */
    readonly cutoutBucket?: string;
    /** The buckets that `storage_path` may name. */
    readonly sourceBuckets: readonly string[];
    /** Bound on one try of a call, in milliseconds. */
    readonly timeoutMs: number;
  };
  /** Origins for CORS; `["*"]` for all. */
  readonly allowedOrigins: readonly string[];
  /** Bound on an encoded photo, in bytes. */
  readonly maxImageBytes: number;
  /** Bound on a photo's width times height, in pixels. */
  readonly maxImagePixels: number;
  /** CPU that the process may spend, in milliseconds; 0 = no limit. */
  readonly cpuBudgetMs: number;
  /** Where spans are sent, as OTLP/HTTP. */
  readonly otlp: {
    /** The collector's address, without a trailing slash; unset: none are sent. */
    readonly endpoint?: string;
    /** Headers for it, such as its key. */
    readonly headers: Readonly<Record<string, string>>;
    readonly serviceName: string;
  };
  /** How long what came of each request is kept in the database, in days. */
  readonly runsRetentionDays: number;
  readonly rollout: {
    /** Share of the photos that the new pipeline gets, 0 to 100. */
    readonly percent: number;
    /** `false`: the legacy service gets every photo. */
    readonly useNewPipeline: boolean;
    /** Share of the photos served by the legacy service that are processed for comparison, 0 to 100. */
    readonly shadowPercent: number;
    /** The service that is replaced; without its address there is none. */
    readonly legacy: {
      /** Without a query and a trailing slash. */
      readonly url?: string;
      readonly key?: string;
      /** Bound on an exchange, in milliseconds. */
      readonly timeoutMs: number;
    };
  };
  /** How those are called who want to know of a batch's end. */
  readonly webhook: {
    /** What calls are signed with; unset: there are none. */
    readonly secret?: string;
    /** Whether private addresses and plain HTTP will do: for development. */
    readonly allowPrivate: boolean;
  };
  /** The function's own public address, without a trailing slash: photos are handed over to other isolates there. */
  readonly functionUrl: string;
}

/** What the hosted runtime grants a process over its whole life before it is killed. */
const HOSTED_CPU_BUDGET_MS = 2_000;

const API4AI_URL = "https://api4ai.cloud/img-bg-removal/v1/cars/results";

/** A setting that is missing or wrong: the message is a sentence that names it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const environment = z.object({
  SUPABASE_URL: address,
  PUBLIC_SUPABASE_URL: address.optional(),
  SUPABASE_SECRET_KEYS: namedKeys.optional(),
  SUPABASE_SECRET_KEY: key.optional(),
  SUPABASE_SERVICE_ROLE_KEY: key.optional(),
  SUPABASE_PUBLISHABLE_KEYS: namedKeys.optional(),
  SUPABASE_ANON_KEY: key.optional(),
  SUPABASE_JWKS: json(
    z.union([z.object({ keys: jwkList }), jwkList.transform((keys) => ({ keys }))]),
    'a JSON Web Key Set, such as {"keys":[...]}',
  ).optional(),
  SUPABASE_JWKS_URL: address.optional(),
  JWT_ISSUERS: list("issuers").default([]),
  ADMIN_ROLES: list("roles").default(["admin"]),
  API4AI_KEY: key.optional(),
  API4AI_URL: address.refine((url) => !url.includes("?"), {
    error: "an http or https address without a query (the mode is API4AI_MODE)",
  }).optional(),
  API4AI_MODE: z.enum(API4AI_MODES, { error: `one of ${API4AI_MODES.join(", ")}` }).default(
    "fg-mask",
  ),
  API4AI_TIMEOUT_MS: whole(100, 140_000, "milliseconds").default(30_000),
  API4AI_COOLDOWN_MS: whole(100, 300_000, "milliseconds").default(30_000),
  STORAGE_BUCKET: bucket.default("car-images"),
  CUTOUT_BUCKET: bucket.default("car-cutouts"),
  SOURCE_BUCKETS: buckets.default(["car-originals"]),
  STORAGE_TIMEOUT_MS: whole(100, 60_000, "milliseconds").default(10_000),
  ALLOWED_ORIGINS: list("origins").refine(
    (origins) => origins.every((o) => o === "*" || (URL.canParse(o) && new URL(o).origin === o)),
    { error: "* or a comma-separated list of origins, such as https://admin.example.com" },
  ).default(["*"]),
  MAX_IMAGE_BYTES: whole(1_024, 104_857_600, "bytes").default(26_214_400),
  MAX_IMAGE_PIXELS: whole(1_000, 268_435_456, "pixels").default(64_000_000),
  CPU_BUDGET_MS: whole(0, 3_600_000, "milliseconds").optional(),
  FUNCTION_URL: address.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: address.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.default({}),
  OTEL_SERVICE_NAME: z.string().max(255, { error: "text of at most 255 characters" }).default(
    "process-image",
  ),
  ROLLOUT_PERCENT: whole(0, 100, "percent").default(100),
  USE_NEW_PIPELINE: yesOrNo.default(true),
  SHADOW_PERCENT: whole(0, 100, "percent").default(0),
  LEGACY_PROCESSOR_URL: address.refine((url) => !url.includes("?"), {
    error: "an http or https address without a query",
  }).optional(),
  LEGACY_PROCESSOR_KEY: key.optional(),
  LEGACY_TIMEOUT_MS: whole(100, 140_000, "milliseconds").default(60_000),
  RUNS_RETENTION_DAYS: whole(1, 3_650, "days").default(30),
  WEBHOOK_SECRET: signingSecret.optional(),
  WEBHOOK_ALLOW_PRIVATE: yesOrNo.default(false),
});

/**
 * Reads and checks the settings.
 *
 * An empty variable counts as unset, as in a `.env` file with the value left out.
 *
 * @param env The environment as `Deno.env.toObject()` gives it.
 * @param isHosted Whether Supabase's hosted runtime runs this: it limits the CPU of a process.
 * @returns The frozen configuration.
 * @throws {ConfigError} If a setting is missing or wrong; one sentence a setting, each naming it. Secrets are not shown.
 */
export function readConfig(env: Record<string, string | undefined>, isHosted = false): Config {
  const given = Object.fromEntries(
    Object.keys(environment.shape).map((name) => [name, env[name]?.trim() || undefined]),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => settingFault(String(issue.path[0]), issue.message, given))
        .join(" "),
    );
  }
  const settings = parsed.data;
  const named = settings.SUPABASE_SECRET_KEYS ?? {};
  const secretKeys = [
    named.default,
    ...Object.values(named),
    settings.SUPABASE_SECRET_KEY,
    settings.SUPABASE_SERVICE_ROLE_KEY,
  ].filter((value, index, all): value is string =>
    value !== undefined && all.indexOf(value) === index
  );
  if (secretKeys.length === 0) {
    throw new ConfigError(
      "No secret key is set: give SUPABASE_SECRET_KEYS, SUPABASE_SECRET_KEY or SUPABASE_SERVICE_ROLE_KEY.",
    );
  }
  const publishable = settings.SUPABASE_PUBLISHABLE_KEYS ?? {};
  const publicUrl = settings.PUBLIC_SUPABASE_URL ?? settings.SUPABASE_URL;
  return deepFreeze({
    supabase: {
      url: settings.SUPABASE_URL,
      publicUrl,
      serviceKey: secretKeys[0],
      secretKeys,
      publishableKey: publishable.default ?? Object.values(publishable)[0] ??
        settings.SUPABASE_ANON_KEY ?? secretKeys[0],
    },
    jwks: settings.SUPABASE_JWKS ? { inline: settings.SUPABASE_JWKS } : {
      url: settings.SUPABASE_JWKS_URL ?? `${settings.SUPABASE_URL}/auth/v1/.well-known/jwks.json`,
    },
    // Auth names itself by its public address; SUPABASE_URL may be an internal one.
    issuers: [
      ...new Set([settings.SUPABASE_URL, publicUrl].map((url) => `${url}/auth/v1`)),
      ...settings.JWT_ISSUERS,
    ],
    adminRoles: settings.ADMIN_ROLES,
    api4ai: {
      key: settings.API4AI_KEY,
      url: settings.API4AI_URL ?? (settings.API4AI_KEY ? API4AI_URL : undefined),
      mode: settings.API4AI_MODE,
      timeoutMs: settings.API4AI_TIMEOUT_MS,
      cooldownMs: settings.API4AI_COOLDOWN_MS,
    },
    storage: {
      bucket: settings.STORAGE_BUCKET,
      cutoutBucket: settings.CUTOUT_BUCKET === "none" ? undefined : settings.CUTOUT_BUCKET,
      sourceBuckets: settings.SOURCE_BUCKETS,
      timeoutMs: settings.STORAGE_TIMEOUT_MS,
    },
    allowedOrigins: settings.ALLOWED_ORIGINS,
    maxImageBytes: settings.MAX_IMAGE_BYTES,
    maxImagePixels: settings.MAX_IMAGE_PIXELS,
    cpuBudgetMs: settings.CPU_BUDGET_MS ?? (isHosted ? HOSTED_CPU_BUDGET_MS : 0),
    otlp: {
      endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: settings.OTEL_SERVICE_NAME,
    },
    runsRetentionDays: settings.RUNS_RETENTION_DAYS,
    rollout: {
      percent: settings.ROLLOUT_PERCENT,
      useNewPipeline: settings.USE_NEW_PIPELINE,
      shadowPercent: settings.SHADOW_PERCENT,
      legacy: {
        url: settings.LEGACY_PROCESSOR_URL,
        key: settings.LEGACY_PROCESSOR_KEY,
        timeoutMs: settings.LEGACY_TIMEOUT_MS,
      },
    },
    webhook: { secret: settings.WEBHOOK_SECRET, allowPrivate: settings.WEBHOOK_ALLOW_PRIVATE },
    functionUrl: settings.FUNCTION_URL ?? `${settings.SUPABASE_URL}/functions/v1/process-image`,
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === "object" && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
}
