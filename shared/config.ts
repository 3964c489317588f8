import { z } from "zod";

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

const address = z.url({ protocol: /^https?$/, error: "an http or https address" })
  .transform((url) => url.replace(/\/+$/, ""));
const whole = (min: number, max: number, unit: string) => {
  const error = `a whole number of ${unit} between ${min} and ${max}`;
  return z.string().regex(/^\d+$/, { error }).transform(Number).refine(
    (n) => n >= min && n <= max,
    {
      error,
    },
  );
};
const list = (what: string) =>
  z.string().transform((text) => text.split(",").map((part) => part.trim()).filter(Boolean))
    .refine((parts) => parts.length > 0, { error: `a comma-separated list of ${what}` });
const json = <T extends z.ZodType>(schema: T, error: string) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data as z.output<T>;
    context.addIssue({ code: "custom", message: error });
    return z.NEVER;
  });
const key = z.string().min(1, { error: "a key" });
const namedKeys = json(
  z.record(z.string(), key).refine((keys) => Object.keys(keys).length > 0),
  'a JSON object of named keys, such as {"default":"sb_..."}',
);
const jwkList = z.array(z.looseObject({ kty: z.string() }));
const bucketName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const buckets = list("bucket names").refine(
  (names) => names.every((name) => bucketName.test(name)),
  {
    error: "a comma-separated list of bucket names (letters, digits, '.', '_', '-')",
  },
);

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
  STORAGE_BUCKET: z.string().regex(bucketName, {
    error: "a bucket name (letters, digits, '.', '_', '-')",
  }).default("car-images"),
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
});

/** Settings whose value must not be shown, not even in a complaint, and values that look like one of theirs. */
const SECRET = /KEY|JWKS$/;
const LIKE_A_SECRET = /sb_secret_|eyJ|:\/\/[^/]*@/;

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
      parsed.error.issues.map((issue) => complaint(String(issue.path[0]), issue.message, given))
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
  return deepFreeze({
    supabase: {
      url: settings.SUPABASE_URL,
      publicUrl: settings.PUBLIC_SUPABASE_URL ?? settings.SUPABASE_URL,
      serviceKey: secretKeys[0],
      secretKeys,
      publishableKey: publishable.default ?? Object.values(publishable)[0] ??
        settings.SUPABASE_ANON_KEY ?? secretKeys[0],
    },
    jwks: settings.SUPABASE_JWKS ? { inline: settings.SUPABASE_JWKS } : {
      url: settings.SUPABASE_JWKS_URL ?? `${settings.SUPABASE_URL}/auth/v1/.well-known/jwks.json`,
    },
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
      sourceBuckets: settings.SOURCE_BUCKETS,
      timeoutMs: settings.STORAGE_TIMEOUT_MS,
    },
    allowedOrigins: settings.ALLOWED_ORIGINS,
    maxImageBytes: settings.MAX_IMAGE_BYTES,
    maxImagePixels: settings.MAX_IMAGE_PIXELS,
    cpuBudgetMs: settings.CPU_BUDGET_MS ?? (isHosted ? HOSTED_CPU_BUDGET_MS : 0),
    functionUrl: settings.FUNCTION_URL ?? `${settings.SUPABASE_URL}/functions/v1/process-image`,
  });
}

function complaint(
  name: string,
  expected: string,
  given: Record<string, string | undefined>,
): string {
  const value = given[name];
  if (value === undefined) return `${name} is not set: expected ${describeMissing(name)}.`;
  const shown = SECRET.test(name) || LIKE_A_SECRET.test(value)
    ? "another value"
    : `"${value.slice(0, 80)}"`;
  return `${name}: expected ${expected} but received ${shown}.`;
}

function describeMissing(name: string): string {
  return name === "SUPABASE_URL"
    ? "the project's API address, such as https://ref.supabase.co"
    : "a value";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === "object" && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
}
