import type { App } from "@supabase/lite";
import type { PgliteConnection } from "@supabase/lite/pglite";
import { Mutex } from "../../shared/lib/mutex.ts";

/** An embedded Supabase that runs one request or query at a time. */
export interface SerialSupabase {
  /**
   * Runs a request, after its body has arrived.
   *
   * @param peerAddress The caller's address, if the request came by the network.
   * @returns The response; 499 if the caller closed the connection before the end of the body.
   */
  fetch(request: Request, peerAddress?: string | null): Promise<Response>;
  /** Runs SQL as the database's owner. */
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/**
 * Serializes the requests of an embedded Supabase.
 *
 * Its database has one connection, and `@supabase/lite` 0.10.0 does not lock it for a transaction: simultaneous requests run in one
 * another's transactions, with the other's role, and a rollback discards both.
 */
export function oneAtATime(app: App, { driver }: PgliteConnection): SerialSupabase {
  const mutex = new Mutex();
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    await mutex.acquire();
    try {
      return await work();
    } finally {
      mutex.release();
    }
  };
  return {
    async fetch(request, peerAddress = null) {
      const whole = await withWholeBody(request);
      if (!whole) return new Response(null, { status: 499 });
      return await alone(async () => await app.fetch(whole, { peerAddress }));
    },
    query: <Row>(sql: string, parameters?: unknown[]) =>
      alone(async () => (await driver.query<Row>(sql, parameters)).rows),
  };
}

/** @returns `undefined` if the body ends early. */
async function withWholeBody(request: Request): Promise<Request | undefined> {
  const { url, method, headers } = request;
  if (!request.body) return request;
  try {
    return new Request(url, { method, headers, body: await request.bytes() });
  } catch {
    return undefined;
  }
}
