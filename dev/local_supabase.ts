import { generateApiKey } from "@supabase/lite";
import { decodeJwt, type JWK, type JWTPayload, SignJWT } from "jose";
import type { Route } from "./function_gateway.ts";
import { type LocalKeys, openSupabase } from "./supabase_lite/database.ts";
import { listObjects } from "./supabase_lite/list_objects.ts";
import { oneAtATime } from "./supabase_lite/one_at_a_time.ts";
import { openUploads } from "./supabase_lite/open_uploads.ts";
import { createTokenExchange } from "./supabase_lite/token_exchange.ts";

/** Options of the local Supabase. */
export interface LocalSupabaseOptions {
  /** @default 0, any free port */
  port?: number;
  /** Public keys of user tokens that the local Storage and Data API accept. */
  jwks?: { keys: JWK[] };
  /** Route that gets each request first. */
  route?: Route;
}

/** A running local Supabase: Auth, Storage and the Data API on an in-memory Postgres. */
export interface LocalSupabase {
  readonly url: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** Sends a request without the network. */
  fetch(request: Request): Promise<Response>;
  /** Runs SQL as the database's owner, for tests of the database's content. */
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /**
   * Signs a user up with the local Auth and signs them in.
   *
   * @param user.role Set as `app_metadata.role`.
   * @param user.password @default a random password
   * @returns A legacy token (HS256). It has no role; `auth.getUser` returns the role.
   */
  createLegacyUser(user: { email: string; role?: string; password?: string }): Promise<string>;
  /** Signs claims unchanged with the secret of legacy tokens (HS256). */
  signLegacy(claims: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

/** A local Supabase that has its address and keys; requests wait for its database. */
export interface ListeningSupabase extends LocalSupabase {
  /** Resolves when the database is open; rejects if that fails. */
  readonly ready: Promise<void>;
  /**
   * Makes a first REST call, at which the embedded Supabase reads the schema and grants the Data API its rights. That can take
   * longer than a caller waits.
   */
  warmUp(): Promise<void>;
}

/**
 * Starts an embedded Supabase on 127.0.0.1 with the project's migrations applied.
 *
 * @throws Deno.errors.AddrInUse if the port is taken
 */
export async function startLocalSupabase(
  options: LocalSupabaseOptions = {},
): Promise<ListeningSupabase> {
  const supabase = await listenLocalSupabase(options);
  try {
    await supabase.ready;
  } catch (error) {
    await supabase.close();
    throw error;
  }
  return supabase;
}

/**
 * Binds the port of an embedded Supabase, and opens its database in the background.
 *
 * @throws Deno.errors.AddrInUse if the port is taken
 */
export async function listenLocalSupabase(
  options: LocalSupabaseOptions = {},
): Promise<ListeningSupabase> {
  const keys = await createKeys();
  const exchange = createTokenExchange(keys.jwtSecret, options.jwks);

  // Binds the port first, so that a taken port fails before a database is built.
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    async (request, info) => {
      const routed = options.route?.(request);
      if (routed) return await routed;
      return await answer(request, info.remoteAddr.hostname);
    },
  );
  const opened = openSupabase(keys).then(({ app, connection }) => ({
    connection,
    serial: oneAtATime(app, connection),
  }));
  const answer = async (request: Request, peerAddress: string | null = null): Promise<Response> => {
    const { serial } = await opened;
    const exchanged = await exchange(request);
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname.startsWith("/storage/v1/object/list/")) {
      return await listObjects(exchanged, (one) => serial.fetch(one, peerAddress));
    }
    if (pathname.startsWith("/storage/v1/upload/resumable")) {
      uploads ??= openUploads(keys, serial);
      return await (await uploads)(exchanged) ?? new Response(null, { status: 404 });
    }
    return await serial.fetch(exchanged, peerAddress);
  };
  let uploads: ReturnType<typeof openUploads> | undefined;
  const ready = opened.then(() => {});
  ready.catch(() => {}); // the caller may await it later
  const url = `http://127.0.0.1:${server.addr.port}`;

  const warmUp = async (): Promise<void> => {
    const response = await answer(
      new Request(`${url}/rest/v1/circuit_breakers?select=name&limit=1`, {
        headers: { apikey: keys.secretKey },
      }),
    );
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The local Supabase answered ${response.status}.`);
  };

  const query = async <Row>(sql: string, parameters?: unknown[]): Promise<Row[]> => {
    return await (await opened).serial.query<Row>(sql, parameters);
  };

  const signLegacy = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(keys.jwtSecret));

  return {
    url,
    secretKey: keys.secretKey,
    publishableKey: keys.publishableKey,
    fetch: (request) => answer(request),
    query,
    // A hosted project's Auth adds its address to each token; the embedded Auth does not.
    createLegacyUser: async (user) => {
      const token = await createLegacyUser({ url, keys, query, ...user });
      return await signLegacy({ ...decodeJwt(token), iss: `${url}/auth/v1` });
    },
    signLegacy,
    ready,
    warmUp,
    close: async () => {
      await server.shutdown();
      const database = await opened.catch(() => undefined);
      await database?.connection.close();
    },
  };
}

async function createKeys(): Promise<LocalKeys> {
  const [secret, publishable] = await Promise.all([
    generateApiKey("secret"),
    generateApiKey("publishable"),
  ]);
  const jwtSecret = crypto.randomUUID() + crypto.randomUUID();
  return { secretKey: secret.key, publishableKey: publishable.key, jwtSecret };
}

async function createLegacyUser(
  { url, keys, query, email, role, password = crypto.randomUUID() }: {
    url: string;
    keys: LocalKeys;
    query: LocalSupabase["query"];
    email: string;
    role?: string;
    password?: string;
  },
): Promise<string> {
  const response = await fetch(`${url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: keys.publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const session = await response.json() as { access_token?: string };
  if (!session.access_token) {
    throw new Error(`The local Auth did not sign ${email} up: HTTP ${response.status}.`);
  }
  if (role) {
    await query(
      `update auth.users set raw_app_meta_data = coalesce(raw_app_meta_data::jsonb, '{}'::jsonb)
         || jsonb_build_object('role', $1::text) where email = $2`,
      [role, email],
    );
  }
  return session.access_token;
}
