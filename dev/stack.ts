import { type AdminPage, startAdminPage } from "./admin_page.ts";
import { type Api4aiSimulator, startApi4aiSimulator } from "./api4ai_simulator.ts";
import { type BatchTicker, startBatchTicker } from "./batch_ticker.ts";
import type { LocalCutouts } from "./cutouts/local_cutouts.ts";
import type { DenoVersion } from "./deno_binary.ts";
import { createFunctionGateway, type Route } from "./function_gateway.ts";
import { type FunctionProcess, type RunningFunction, startFunction } from "./function_process.ts";
import {
  type HostedRuntime,
  type HostedRuntimeOptions,
  startHostedRuntime,
} from "./hosted_runtime.ts";
import { type LegacySimulator, startLegacySimulator } from "./legacy_simulator.ts";
import { listenLocalSupabase, type LocalSupabase } from "./local_supabase.ts";
import { SupabaseFaults } from "./supabase_faults.ts";
import { createSignIn, type LocalUser } from "./supabase_lite/sign_in.ts";
import { createSigner, type Signer } from "./tokens.ts";

/** Options of the stack. */
export interface StackOptions {
  /** The function's runtime: one process, or the simulated hosted runtime (Linux). @default "process" */
  runtime?: "process" | "hosted";
  /** Deno version of the function; the hosted runtime has its own. @default the current one */
  deno?: DenoVersion;
  /** The module that one process serves, below the project's root. @default the function's own */
  entrypoint?: string;
  /** Options of the hosted runtime. */
  hosted?: Omit<HostedRuntimeOptions, "env" | "onLog">;
  /** Settings of the function, which override those of the stack. */
  env?: Record<string, string>;
  /** Port of Supabase and its gateway. @default 0, any free port */
  port?: number;
  /** `real` calls API4.ai itself, with the `API4AI_KEY` in `env`. @default "simulator" */
  api4ai?: "simulator" | "real";
  /** Cuts out photos that are no fixture, for the simulator; the stack closes it. @default a flood fill */
  cutouts?: LocalCutouts;
  /** The simulator's latency, in milliseconds. @default 0 */
  latencyMs?: number;
  /** Whether the simulator keeps the images that it receives. @default true */
  keepImages?: boolean;
  /** Whether the stack has a simulator of the legacy service. @default false */
  legacy?: boolean;
  /** Whether the admin page is built in the background and served at `/`. @default false */
  adminPage?: boolean;
  /** Interval of the check for waiting batches, in milliseconds; 0 for no automatic checks. @default 2000 */
  tickEveryMs?: number;
  /** Whether changed files restart the function's process and rebuild the admin page. @default false */
  watch?: boolean;
  /** Lifetime of `adminToken`, in seconds. @default 3600 */
  tokenLifetimeSeconds?: number;
  /** Called with every line that the function prints, and with the admin page's build errors. */
  onLog?: (line: string) => void;
}

/** A deployed function's environment on this machine. */
export interface Stack {
  /** Supabase's address: Storage, Auth and, through the gateway, the function. */
  readonly url: string;
  /** The function's public address. */
  readonly functionUrl: string;
  /** A signed-in admin's token. */
  readonly adminToken: string;
  /** Users with a password: one with the role, and one without. */
  readonly users: { readonly admin: LocalUser; readonly other: LocalUser };
  readonly secretKey: string;
  readonly publishableKey: string;
  /** The function's settings. */
  readonly env: Record<string, string>;
  readonly signer: Signer;
  readonly supabase: LocalSupabase;
  /** Faults of Supabase, for the function and for all other callers. */
  readonly faults: SupabaseFaults;
  /** The simulator of API4.ai; unset if the real service is used. */
  readonly simulator?: Api4aiSimulator;
  /** Present only on request. */
  readonly legacy?: LegacySimulator;
  /** Present only on request. */
  readonly adminPage?: AdminPage;
  /** Calls workers for batches. */
  readonly ticker: BatchTicker;
  readonly function: RunningFunction;
  /** The same as `function`, if one process runs it. */
  readonly process?: FunctionProcess;
  /** The same as `function`, if the simulated hosted runtime runs it. */
  readonly hosted?: HostedRuntime;
  close(): Promise<void>;
}

/**
 * Starts the local Supabase, the API4.ai simulator and the function, and connects them.
 *
 * @throws errors of each of them, after closing the started ones
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started = new AsyncDisposableStack();
  const { cutouts } = options;
  if (cutouts) started.defer(() => cutouts.close());
  try {
    const gateway = createFunctionGateway();
    const faults = new SupabaseFaults();
    const signer = await createSigner();
    const users = {
      admin: { email: "admin@example.com", password: crypto.randomUUID(), role: "admin" },
      other: { email: "user@example.com", password: crypto.randomUUID() },
    };
    const signIn = createSignIn(signer, Object.values(users));
    const adminPage = options.adminPage
      ? startAdminPage({ watch: options.watch, onLog: options.onLog })
      : undefined;
    if (adminPage) started.defer(() => adminPage.close());
    const routes: Route[] = [
      (request) => faults.route(request),
      gateway.route,
      signIn.route,
      ...(adminPage ? [adminPage.route] : []),
    ];
    const route: Route = (request) => {
      for (const answer of routes) {
        const answered = answer(request);
        if (answered) return answered;
      }
    };
    // Its database opens while the other parts start.
    const supabase = await listenLocalSupabase({ port: options.port, jwks: signer.jwks, route });
    started.defer(() => supabase.close());
    const simulator = options.api4ai === "real" ? undefined : await startApi4aiSimulator({
      latencyMs: options.latencyMs,
      keepImages: options.keepImages,
      ...(cutouts && { cutUnknown: (image, mode) => cutouts.cut(image, mode) }),
    });
    if (simulator) started.defer(() => simulator.close());

    signer.issuer = `${supabase.url}/auth/v1`;
    faults.connect((request) => supabase.fetch(request));
    signIn.connect(supabase);
    adminPage?.connect({
      url: supabase.url,
      publishableKey: supabase.publishableKey,
      demoUser: { email: users.admin.email, password: users.admin.password },
    });
    // Before Supabase closes, as hanging calls would prevent its end.
    started.defer(() => Promise.resolve(faults.clear()));

    const legacy = options.legacy ? await startLegacySimulator() : undefined;
    if (legacy) started.defer(() => legacy.close());

    const env = {
      SUPABASE_URL: supabase.url,
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: supabase.secretKey }),
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: supabase.publishableKey }),
      SUPABASE_JWKS: JSON.stringify(signer.jwks),
      STORAGE_BUCKET: "car-images",
      ...(simulator && {
        API4AI_KEY: simulator.apiKey,
        API4AI_URL: simulator.url,
        API4AI_PROVIDER: "simulator",
      }),
      ...(legacy && { LEGACY_PROCESSOR_URL: legacy.url, LEGACY_PROCESSOR_KEY: legacy.apiKey }),
      ...options.env,
    };
    const { deno, entrypoint, watch, onLog } = options;
    const closeWithStack = <T extends RunningFunction>(running: T): T => {
      started.defer(() => running.close());
      return running;
    };
    const isHosted = options.runtime === "hosted";
    const [hosted, process] = await allOrFirstError(
      isHosted
        ? startHostedRuntime({ ...options.hosted, onLog, env }).then(closeWithStack)
        : undefined,
      isHosted
        ? undefined
        : startFunction({ deno, entrypoint, watch, onLog, env }).then(closeWithStack),
      supabase.ready.then(() => supabase.warmUp()),
    );
    const running = (hosted ?? process)!;
    gateway.forwardTo(running.url);

    const functionUrl = `${supabase.url}/functions/v1/process-image`;
    const ticker = startBatchTicker({
      supabase,
      functionUrl,
      everyMs: options.tickEveryMs ?? 2_000,
    });
    started.defer(() => ticker.close());

    const adminToken = await signer.adminToken({ expiresInSeconds: options.tokenLifetimeSeconds });
    const everything = started.move();
    return {
      url: supabase.url,
      functionUrl,
      adminToken,
      users,
      secretKey: supabase.secretKey,
      publishableKey: supabase.publishableKey,
      env,
      signer,
      supabase,
      faults,
      simulator,
      legacy,
      adminPage,
      ticker,
      function: running,
      process,
      hosted,
      close: () => everything.disposeAsync(),
    };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

/** Waits for all, even if one fails, so that all that have started are known; then throws the first error. */
async function allOrFirstError<T extends readonly unknown[]>(
  ...parts: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return await Promise.all(parts);
}
