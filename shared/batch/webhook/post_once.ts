import { orAborted } from "../../lib/or_aborted.ts";
import { readStatus } from "./read_status.ts";

/** A connection, and the address of whoever is at its other end. */
export interface Dialled {
  conn: Deno.TcpConn;
  /** An IPv4 or IPv6 address, without brackets. */
  peer: string;
}

/** Opens a TCP connection to an address or a name. */
export type Dial = (hostname: string, port: number) => Promise<Dialled>;

/** A `POST` that is sent once, to one of several addresses. */
export interface Post {
  /** Its address: the name in it is the one that TLS verifies and that `Host` carries. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** The addresses to connect to, or a name for the host to look up; the first that takes a connection is used. */
  hosts: readonly string[];
  /** Tells whether anything may be sent to an address that has been connected to. */
  isAllowed(peer: string): boolean;
  /** @default `Deno.connect` */
  dial?: Dial;
  /** PEM certificates that are trusted besides the host's own. */
  caCerts?: string[];
  /** Ends all of it. */
  signal: AbortSignal;
}

/** A reason why a `POST` failed, in words that show nothing of the network or of the answer. */
export class PostError extends Error {
  override name = "PostError";
}

/** Bound on one connection's set-up while there are other addresses to try, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** Tells whether this host lets a function open connections of its own. */
export function canDial(): boolean {
  return typeof Deno.connect === "function" && typeof Deno.startTls === "function";
}

/**
 * Sends a `POST` over a connection of its own, in HTTP/1.1. `fetch` looks a name up by itself, so that it can meet another
 * address than the one that was checked; this connects to an address, and has TLS verify the name.
 *
 * Redirects are not followed, and nothing of the answer but its status is read.
 *
 * @param post The request.
 * @returns The answer's status.
 * @throws {PostError} If there is no answer, or the address that answers is not allowed; or what the signal was aborted with.
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

/** A URL's host as an address or a name: without brackets and the dot at the end. */
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
      dialling.then(({ conn }) => close(conn), () => {}); // one that comes too late
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

/** The path and the host come from a `URL`, which has no line breaks in them. */
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

/** Closes a connection, also one that TLS has taken over or that has been closed already. */
function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}
