import type { Setting, SettingValues } from "./lib/setting.ts";
import { settingFault } from "./lib/setting_fault.ts";
import { API4AI_URL, SETTINGS } from "./settings.ts";

/** The checked and frozen configuration, as described in {@linkcode SETTINGS}. URLs have no trailing slash. */
export type Config = ReturnType<typeof readConfig>;

/** The CPU time that the hosted runtime grants a process before it kills it. */
const HOSTED_CPU_BUDGET_MS = 2_000;

/** A setting is missing or wrong. The message is a sentence that names it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Reads and checks the settings.
 *
 * An empty variable counts as unset, as in a `.env` file without the value.
 *
 * @param env The environment as `Deno.env.toObject()` returns it.
 * @param isHosted Whether this is Supabase's hosted runtime, which limits the CPU time of a process.
 * @returns The frozen configuration.
 * @throws {ConfigError} If settings are missing or wrong: one sentence each, without secrets.
 */
export function readConfig(env: Record<string, string | undefined>, isHosted = false) {
  const given = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, env[name]?.trim() || undefined]),
  );
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const text = given[name];
    const value = text === undefined ? setting.unset?.value : setting.parse(text);
    const isMissing = text === undefined && !setting.unset;
    if (isMissing || (text !== undefined && value === undefined)) {
      faults.push(settingFault(name, setting.expected, given));
    }
    values[name] = value;
  }
  if (faults.length > 0) throw new ConfigError(faults.join(" "));
  return deepFreeze(configOf(values as SettingValues<typeof SETTINGS>, isHosted));
}

function configOf(settings: SettingValues<typeof SETTINGS>, isHosted: boolean) {
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
  return {
    supabase: {
      url: settings.SUPABASE_URL,
      publicUrl,
      /** The key that writes to Storage. */
      serviceKey: secretKeys[0],
      /** The keys that authenticate a server. */
      secretKeys,
      /** The `apikey` of calls with a user's token. */
      publishableKey: publishable.default ?? Object.values(publishable)[0] ??
        settings.SUPABASE_ANON_KEY ?? secretKeys[0],
    },
    jwks: settings.SUPABASE_JWKS ? { inline: settings.SUPABASE_JWKS } : {
      url: settings.SUPABASE_JWKS_URL ?? `${settings.SUPABASE_URL}/auth/v1/.well-known/jwks.json`,
    },
    /** The valid values of `iss`. Auth names itself by its public address; SUPABASE_URL may be an internal one. */
    issuers: [
      ...new Set([settings.SUPABASE_URL, publicUrl].map((url) => `${url}/auth/v1`)),
      ...settings.JWT_ISSUERS,
    ],
    adminRoles: settings.ADMIN_ROLES,
    api4ai: {
      key: settings.API4AI_KEY,
      /** Unset if background removal is not configured. */
      url: settings.API4AI_URL ?? (settings.API4AI_KEY ? API4AI_URL : undefined),
      /** Unset: the address decides. */
      provider: settings.API4AI_PROVIDER,
      mode: settings.API4AI_MODE,
      timeoutMs: settings.API4AI_TIMEOUT_MS,
      cooldownMs: settings.API4AI_COOLDOWN_MS,
    },
    storage: {
      bucket: settings.STORAGE_BUCKET,
      /** Unset if cutouts are not cached. */
      cutoutBucket: settings.CUTOUT_BUCKET === "none" ? undefined : settings.CUTOUT_BUCKET,
      sourceBuckets: settings.SOURCE_BUCKETS,
      backgroundBuckets: settings.BACKGROUND_BUCKETS,
      timeoutMs: settings.STORAGE_TIMEOUT_MS,
    },
    /** The portal's presets and defaults, which `readLooks()` checks. */
    looks: { variants: settings.VARIANTS, defaultOptions: settings.DEFAULT_OPTIONS },
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
  };
}

type DeepReadonly<T> = T extends readonly (infer Item)[] ? readonly DeepReadonly<Item>[]
  : T extends object ? { readonly [Name in keyof T]: DeepReadonly<T[Name]> }
  : T;

function deepFreeze<T extends object>(value: T): DeepReadonly<T> {
  for (const child of Object.values(value)) {
    if (typeof child === "object" && child !== null) deepFreeze(child);
  }
  return Object.freeze(value) as DeepReadonly<T>;
}
