// Proves the defaults of the settings, the accepted values, and the errors about the others.
import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../shared/config.ts";

const KEY = "sb_secret_do-not-show-me";
const LEAST = { SUPABASE_URL: "https://ref.supabase.co", SUPABASE_SECRET_KEY: KEY };
const read = (env: Record<string, string | undefined> = {}) => readConfig({ ...LEAST, ...env });
const JWK = { kty: "EC", crv: "P-256", x: "secret-x", y: "secret-y", kid: "one" };

Deno.test("readConfig() has defaults for everything except the project and its key", () => {
  assert.deepEqual(read(), {
    supabase: {
      url: "https://ref.supabase.co",
      publicUrl: "https://ref.supabase.co",
      serviceKey: KEY,
      secretKeys: [KEY],
      publishableKey: KEY,
    },
    jwks: { url: "https://ref.supabase.co/auth/v1/.well-known/jwks.json" },
    issuers: ["https://ref.supabase.co/auth/v1"],
    adminRoles: ["admin"],
    api4ai: {
      key: undefined,
      url: undefined,
      provider: undefined,
      mode: "fg-mask",
      timeoutMs: 30_000,
      cooldownMs: 30_000,
    },
    storage: {
      bucket: "car-images",
      cutoutBucket: "car-cutouts",
      sourceBuckets: ["car-originals"],
      backgroundBuckets: ["car-backgrounds"],
      timeoutMs: 10_000,
    },
    looks: { variants: undefined, defaultOptions: undefined },
    allowedOrigins: ["*"],
    maxImageBytes: 41_943_040,
    maxImagePixels: 120_000_000,
    cpuBudgetMs: 0,
    otlp: { endpoint: undefined, headers: {}, serviceName: "process-image" },
    runsRetentionDays: 30,
    rollout: {
      percent: 100,
      useNewPipeline: true,
      shadowPercent: 0,
      legacy: { url: undefined, key: undefined, timeoutMs: 60_000 },
    },
    webhook: { secret: undefined, allowPrivate: false },
    functionUrl: "https://ref.supabase.co/functions/v1/process-image",
  });
});

Deno.test("readConfig() uses the CPU budget of the hosted runtime", () => {
  const env = { SUPABASE_URL: "https://ref.supabase.co", SUPABASE_SECRET_KEY: KEY };
  assert.equal(readConfig(env, true).cpuBudgetMs, 2_000);
  assert.equal(readConfig({ ...env, CPU_BUDGET_MS: "0" }, true).cpuBudgetMs, 0);
});

Deno.test("readConfig() reads every setting", () => {
  const config = readConfig({
    SUPABASE_URL: "http://127.0.0.1:54321/",
    PUBLIC_SUPABASE_URL: "https://cdn.example.com/",
    SUPABASE_SECRET_KEYS: '{"other":"k2","default":"k1"}',
    SUPABASE_SECRET_KEY: "k3",
    SUPABASE_SERVICE_ROLE_KEY: "k4",
    SUPABASE_PUBLISHABLE_KEYS: '{"web":"p1"}',
    SUPABASE_ANON_KEY: "p2",
    SUPABASE_JWKS: JSON.stringify({ keys: [JWK] }),
    JWT_ISSUERS: "https://auth.example.com/, supabase-demo",
    ADMIN_ROLES: "admin, editor",
    API4AI_KEY: "a",
    API4AI_URL: "https://demo.api4ai.cloud/img-bg-removal/v1/cars/results",
    API4AI_PROVIDER: "our_model",
    API4AI_MODE: "fg-image-hideclp",
    API4AI_TIMEOUT_MS: "12000",
    API4AI_COOLDOWN_MS: "4000",
    STORAGE_BUCKET: "pictures",
    CUTOUT_BUCKET: "masks",
    SOURCE_BUCKETS: "a,b",
    BACKGROUND_BUCKETS: "c",
    STORAGE_TIMEOUT_MS: "3000",
    VARIANTS: '{"wide":{"width":1200,"height":628}}',
    DEFAULT_OPTIONS: '{"padding":20}',
    ALLOWED_ORIGINS: "https://a.example, http://localhost:3000",
    MAX_IMAGE_BYTES: "2048",
    MAX_IMAGE_PIXELS: "5000",
    CPU_BUDGET_MS: "1500",
    ROLLOUT_PERCENT: "10",
    USE_NEW_PIPELINE: "false",
    SHADOW_PERCENT: "20",
    LEGACY_PROCESSOR_URL: "https://old.example.com/process-image/",
    LEGACY_PROCESSOR_KEY: "l",
    LEGACY_TIMEOUT_MS: "9000",
    FUNCTION_URL: "https://staging.example.com/process-image/",
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://otel.example.com/v9/",
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Basic%20abc%3D%3D, x-team=cars",
    OTEL_SERVICE_NAME: "photos",
    RUNS_RETENTION_DAYS: "90",
    WEBHOOK_SECRET: "a-secret-of-the-receiver",
    WEBHOOK_ALLOW_PRIVATE: "true",
  });
  assert.deepEqual(config, {
    supabase: {
      url: "http://127.0.0.1:54321",
      publicUrl: "https://cdn.example.com",
      serviceKey: "k1",
      secretKeys: ["k1", "k2", "k3", "k4"],
      publishableKey: "p1",
    },
    jwks: { inline: { keys: [JWK] } },
    issuers: [
      "http://127.0.0.1:54321/auth/v1",
      "https://cdn.example.com/auth/v1",
      "https://auth.example.com/",
      "supabase-demo",
    ],
    adminRoles: ["admin", "editor"],
    api4ai: {
      key: "a",
      url: "https://demo.api4ai.cloud/img-bg-removal/v1/cars/results",
      provider: "our_model",
      mode: "fg-image-hideclp",
      timeoutMs: 12_000,
      cooldownMs: 4_000,
    },
    storage: {
      bucket: "pictures",
      cutoutBucket: "masks",
      sourceBuckets: ["a", "b"],
      backgroundBuckets: ["c"],
      timeoutMs: 3_000,
    },
    looks: {
      variants: { wide: { width: 1_200, height: 628 } },
      defaultOptions: { padding: 20 },
    },
    allowedOrigins: ["https://a.example", "http://localhost:3000"],
    maxImageBytes: 2_048,
    maxImagePixels: 5_000,
    cpuBudgetMs: 1_500,
    otlp: {
      endpoint: "https://otel.example.com/v9",
      headers: { authorization: "Basic abc==", "x-team": "cars" },
      serviceName: "photos",
    },
    runsRetentionDays: 90,
    rollout: {
      percent: 10,
      useNewPipeline: false,
      shadowPercent: 20,
      legacy: { url: "https://old.example.com/process-image", key: "l", timeoutMs: 9_000 },
    },
    webhook: { secret: "a-secret-of-the-receiver", allowPrivate: true },
    functionUrl: "https://staging.example.com/process-image",
  });
});

/** A wrong value for every setting, and the expected hint. */
const WRONG: [name: string, value: string, expected: RegExp][] = [
  ["SUPABASE_URL", "ref.supabase.co", /http or https address/],
  ["SUPABASE_URL", "ftp://ref.supabase.co", /http or https address/],
  ["PUBLIC_SUPABASE_URL", "cdn", /http or https address/],
  ["SUPABASE_SECRET_KEYS", "sb_secret_do-not-show-me", /JSON object of named keys/],
  ["SUPABASE_SECRET_KEYS", "{}", /JSON object of named keys/],
  ["SUPABASE_SECRET_KEYS", '{"default":""}', /JSON object of named keys/],
  ["SUPABASE_SECRET_KEYS", '{"default":5}', /JSON object of named keys/],
  ["SUPABASE_PUBLISHABLE_KEYS", '["do-not-show-me"]', /JSON object of named keys/],
  ["SUPABASE_JWKS", "do-not-show-me", /JSON Web Key Set/],
  ["SUPABASE_JWKS", '{"keys":"do-not-show-me"}', /JSON Web Key Set/],
  ["SUPABASE_JWKS", '{"keys":[{"kid":"do-not-show-me"}]}', /JSON Web Key Set/],
  ["SUPABASE_JWKS_URL", "jwks.json", /http or https address/],
  ["ADMIN_ROLES", " , ", /comma-separated list of roles/],
  ["API4AI_URL", "api4ai", /http or https address/],
  ["API4AI_URL", "https://api4ai.cloud/results?mode=fg-mask", /without a query.*API4AI_MODE/],
  ["API4AI_PROVIDER", "Our model", /lower-case letters/],
  ["API4AI_PROVIDER", "own_alpha", /except none and own_alpha/],
  ["API4AI_MODE", "mask", /one of fg-mask, fg-image/],
  ["API4AI_TIMEOUT_MS", "99", /milliseconds between 100 and 140000/],
  ["API4AI_TIMEOUT_MS", "140001", /milliseconds between 100 and 140000/],
  ["API4AI_COOLDOWN_MS", "300001", /milliseconds between 100 and 300000/],
  ["STORAGE_TIMEOUT_MS", "99", /milliseconds between 100 and 60000/],
  ["STORAGE_BUCKET", "../other", /bucket name/],
  ["STORAGE_BUCKET", "a/b", /bucket name/],
  ["CUTOUT_BUCKET", "a b", /bucket name/],
  ["SOURCE_BUCKETS", "ok, not ok", /bucket names/],
  ["SOURCE_BUCKETS", ",", /bucket names/],
  ["BACKGROUND_BUCKETS", "a b", /bucket names/],
  ["VARIANTS", "[]", /JSON object of presets/],
  ["DEFAULT_OPTIONS", "padding=3", /JSON object of options/],
  ["ALLOWED_ORIGINS", "admin.example.com", /origins, such as/],
  ["ALLOWED_ORIGINS", "https://admin.example.com/path", /origins, such as/],
  ["MAX_IMAGE_BYTES", "25MB", /bytes between 1024 and 104857600/],
  ["MAX_IMAGE_BYTES", "1023", /bytes between/],
  ["CPU_BUDGET_MS", "two", /whole number of milliseconds/],
  ["ROLLOUT_PERCENT", "101", /percent between 0 and 100/],
  ["ROLLOUT_PERCENT", "10%", /percent between 0 and 100/],
  ["SHADOW_PERCENT", "-1", /percent between 0 and 100/],
  ["USE_NEW_PIPELINE", "yes", /true or false/],
  ["LEGACY_PROCESSOR_URL", "legacy", /http or https address/],
  ["LEGACY_PROCESSOR_URL", "https://old.example.com/?size=1", /without a query/],
  ["LEGACY_TIMEOUT_MS", "99", /milliseconds between 100 and 140000/],
  ["MAX_IMAGE_PIXELS", "999", /pixels between 1000 and 268435456/],
  ["MAX_IMAGE_PIXELS", "64.5", /pixels between/],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "otel:4318", /http or https address/],
  ["OTEL_EXPORTER_OTLP_HEADERS", "do-not-show-me", /headers as name=value/],
  ["OTEL_EXPORTER_OTLP_HEADERS", "x-key=do-not-show-me%", /headers as name=value/],
  ["OTEL_EXPORTER_OTLP_HEADERS", "x key=do-not-show-me", /headers as name=value/],
  ["OTEL_SERVICE_NAME", "x".repeat(256), /at most 255 characters/],
  ["RUNS_RETENTION_DAYS", "0", /days between 1 and 3650/],
  ["WEBHOOK_SECRET", "do-not-show-me", /at least 16 characters/],
  ["WEBHOOK_ALLOW_PRIVATE", "1", /true or false/],
];

for (const [name, value, expected] of WRONG) {
  Deno.test(`readConfig() refuses ${name}=${value} with a message that names it`, () => {
    assert.throws(() => read({ [name]: value }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, new RegExp(`^${name}: expected .*\\.$`));
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /do-not-show-me/);
      return true;
    });
  });
}

Deno.test("readConfig() reports all wrong settings together", () => {
  assert.throws(
    () => read({ API4AI_MODE: "x", MAX_IMAGE_BYTES: "y", ALLOWED_ORIGINS: "z" }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      for (const name of ["API4AI_MODE", "MAX_IMAGE_BYTES", "ALLOWED_ORIGINS"]) {
        assert.ok(error.message.includes(`${name}: expected`), error.message);
      }
      return true;
    },
  );
});

Deno.test("readConfig() quotes the received value, shortened, unless it is secret", () => {
  assert.throws(() => read({ API4AI_MODE: "mask" }), /received "mask"\./);
  assert.throws(() => read({ API4AI_MODE: "x".repeat(5_000) }), (error) => {
    assert.ok(error instanceof Error && error.message.length < 400);
    return true;
  });
});

Deno.test("readConfig() names missing settings", () => {
  assert.throws(
    () => readConfig({ SUPABASE_SECRET_KEY: KEY }),
    /SUPABASE_URL is not set.*such as https/,
  );
  assert.throws(
    () => readConfig({ SUPABASE_URL: LEAST.SUPABASE_URL }),
    /SUPABASE_SECRET_KEYS, SUPABASE_SECRET_KEY or SUPABASE_SERVICE_ROLE_KEY/,
  );
});

Deno.test("readConfig() treats an empty or blank setting as unset", () => {
  const names = WRONG.map(([name]) => name).filter((name) => name !== "SUPABASE_URL");
  for (const blank of ["", "  ", "\t\n"]) {
    const config = read(Object.fromEntries(names.map((name) => [name, blank])));
    assert.deepEqual(config, read());
  }
  assert.throws(() => read({ SUPABASE_URL: " " }), /SUPABASE_URL is not set/);
  assert.throws(() => read({ SUPABASE_SECRET_KEY: "" }), /No secret key is set/);
});

Deno.test("readConfig() trims white space around a value", () => {
  assert.equal(read({ API4AI_MODE: " fg-image\n" }).api4ai.mode, "fg-image");
});

Deno.test("readConfig() uses API4.ai's own address if a key is set", () => {
  assert.equal(
    read({ API4AI_KEY: "a" }).api4ai.url,
    "https://api4ai.cloud/img-bg-removal/v1/cars/results",
  );
});

Deno.test("readConfig() freezes the whole configuration", () => {
  const config = read({ SUPABASE_JWKS: JSON.stringify([JWK]) });
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    assert.ok(Object.isFrozen(value), JSON.stringify(value));
    Object.values(value).forEach(check);
  };
  check(config);
});

Deno.test("readConfig() does not quote a secret from the wrong setting", () => {
  for (const value of ["sb_secret_mistake", "eyJhbGciOi.mistake", "ftp://me:mistake@example.com"]) {
    assert.throws(() => read({ SUPABASE_URL: value }), (error: Error) => {
      assert.match(error.message, /^SUPABASE_URL: expected an http or https address/);
      return !error.message.includes("mistake");
    });
  }
});

Deno.test("readConfig() turns the cutout cache off for CUTOUT_BUCKET=none", () => {
  assert.equal(read({ CUTOUT_BUCKET: "none" }).storage.cutoutBucket, undefined);
});
