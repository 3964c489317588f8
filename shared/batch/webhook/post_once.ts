import { orAborted } from "../../lib/or_aborted.ts";
import { readStatus } from "./read_status.ts";

/** A connection and the address of its peer. */
export interface Dialled {
  conn: Deno.TcpConn;
  /** An IPv4 or IPv6 address, without brackets. */
  peer: string;
}

/** Opens a TCP connection to an address or a name. */
export type Dial = (hostname: string, port: number) => Promise<Dialled>;

/** A `POST` request that is sent once, to one of several addresses. */
export interface Post {
  /** The URL. TLS verifies its name, and `Host` carries it. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Addresses to connect to, or a name that the host resolves; the first one that accepts a connection is used. */
  hosts: readonly string[];
  /** Returns whether a request may be sent to the peer's address. */
  isAllowed(peer: string): boolean;
  /** @default `Deno.connect` */
  dial?: Dial;
  /** PEM certificates that are trusted besides the host's own. */
  caCerts?: string[];
  /** Aborts the connection and the request. */
  signal: AbortSignal;
}

/** Reason of a failed `POST`, which reveals nothing of the network or of the answer. */
export class PostError extends Error {
  override name = "PostError";
}

/** Bound on connecting to one address while there are others to try, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** Returns whether this host lets a function open its own connections. */
export function canDial(): boolean {
  return typeof Deno.connect === "function" && typeof Deno.startTls === "function";
}

/**
 * Sends a `POST` in HTTP/1.1 over its own connection. `fetch` resolves the name again and can reach an address that was
 * not checked; this function connects to the checked address, and TLS verifies the name.
 *
 * It does not follow redirects, and reads only the answer's status.
 *
 * @param post The request.
 * @returns The answer's status.
 * @throws {PostError} If there is no answer or the peer's address is not allowed.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function postOnce(post: Post): Promise<number> {
  const { url, signal } = post;
  const { conn, peer } = await connect(post);
  let open: Deno.TcpConn | Deno.TlsConn = conn;
  try {
    if (!post.isAllowed(peer)) throw new PostError("its name leads to a private address");
    if (url.protocol === "https:") open = await secure(conn, post);
    await orAborted(write(open, requestOf(post)), signal);
    return await orAborted(readStatus(open), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof PostError ? error : new PostError(`its answer cannot be read`);
  } finally {
    close(open);
  }
}

/** Returns a URL's host as an address or a name, without brackets and the final dot. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$|\.$/g, "");
}

async function connect({ url, hosts, dial = dialTcp, signal }: Post): Promise<Dialled> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  for (const host of hosts) {
    const dialling = dial(host, port);
    const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    const until = hosts.length > 1 ? AbortSignal.any([signal, timeout]) : signal;
    try {
      return await orAborted(dialling, until);
    } catch {
      dialling.then(({ conn }) => close(conn), () => {}); // a connection that opens too late
      signal.throwIfAborted();
    }
  }
  throw new PostError("it cannot be reached");
}

async function dialTcp(hostname: string, port: number): Promise<Dialled> {
  const conn = await Deno.connect({ hostname, port });
  return { conn, peer: conn.remoteAddr.hostname };
}

async function secure(conn: Deno.TcpConn, { url, caCerts, signal }: Post): Promise<Deno.TlsConn> {
  let tls: Deno.TlsConn | undefined;
  try {
    tls = await orAborted(Deno.startTls(conn, { hostname: hostOf(url), caCerts }), signal);
    await orAborted(tls.handshake(), signal); // before anything is sent
    return tls;
  } catch {
    if (tls) close(tls);
    signal.throwIfAborted();
    throw new PostError("its name has no valid certificate, or it does not speak TLS");
  }
}

/** Formats the request. Path and host come from a `URL`, so they contain no line breaks. */
function requestOf({ url, headers, body }: Post): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const all = { host: url.host, ...headers, "content-length": bytes.length, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return new Uint8Array([...new TextEncoder().encode(head), ...bytes]);
}

async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Closes a connection, even if TLS has taken it over or it is already closed. */
function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Already closed.
  }
}
