import { type Api4aiSimulator, startApi4aiSimulator } from "../dev/api4ai_simulator.ts";
import {
  type FunctionOptions,
  type FunctionProcess,
  startFunction,
} from "../dev/function_process.ts";
import { startLocalSupabase } from "../dev/local_supabase.ts";
import { createSigner } from "../dev/tokens.ts";

/** The Deno version of all figures: hosted Supabase is compatible with it. */
export const DENO = "2.1.4";

/** Bound on a photo in bytes: the benchmarks' PNG exceeds the default. */
const MAX_IMAGE_BYTES = 100 << 20;

/** Supabase and API4.ai, which run while function processes are measured one after the other. */
export interface Backend extends AsyncDisposable {
  readonly simulator: Api4aiSimulator;
  readonly supabaseUrl: string;
  /** Headers of a signed-in admin's request. */
  readonly headers: Record<string, string>;
  /** The function's settings that connect it to the backend. */
  readonly env: Record<string, string>;
  /** Starts a fresh process of the function; `options` override the settings that connect it to the backend. */
  start(
    options?: Partial<Pick<FunctionOptions, "entrypoint" | "env" | "inspector">>,
  ): Promise<FunctionProcess>;
}

/** Starts Supabase and the simulator of API4.ai in this process. */
export async function startBackend(): Promise<Backend> {
  await using started = new AsyncDisposableStack();
  const signer = await createSigner();
  const supabase = await startLocalSupabase({ jwks: signer.jwks });
  started.defer(() => supabase.close());
  signer.issuer = `${supabase.url}/auth/v1`;
  const simulator = await startApi4aiSimulator();
  started.defer(() => simulator.close());
  const env = {
    SUPABASE_URL: supabase.url,
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: supabase.secretKey }),
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: supabase.publishableKey }),
    SUPABASE_JWKS: JSON.stringify(signer.jwks),
    API4AI_KEY: simulator.apiKey,
    API4AI_URL: simulator.url,
    API4AI_PROVIDER: "simulator",
    MAX_IMAGE_BYTES: String(MAX_IMAGE_BYTES),
    CUTOUT_BUCKET: "none", // without a cache, as each copy of the same picture has to need the full work
  };
  const token = await signer.adminToken({ expiresInSeconds: 24 * 3600 });
  const everything = started.move();
  return {
    simulator,
    supabaseUrl: supabase.url,
    env,
    headers: { authorization: `Bearer ${token}` },
    start: (options) => startFunction({ deno: DENO, ...options, env: { ...env, ...options?.env } }),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
