/** Headers that belong to one connection and are not forwarded. */
const CONNECTION_HEADERS = ["connection", "host", "keep-alive", "transfer-encoding", "upgrade"];

/** Options of a forwarded request. */
export interface ForwardOptions {
  /** Headers that override those of the request. */
  headers?: Record<string, string>;
  /** Ends the exchange, in addition to the request's own signal. */
  signal?: AbortSignal;
}

/**
 * Forwards a request to another address. Bodies stream in both directions, and a caller's disconnect ends the forwarded
 * request too.
 *
 * @throws TypeError if the address does not answer; the signal's reason after its abort
 */
export async function forwardRequest(
  request: Request,
  target: string,
  options: ForwardOptions = {},
): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of CONNECTION_HEADERS) headers.delete(name);
  // fetch() would decompress the answer and keep its Content-Encoding.
  headers.set("accept-encoding", "identity");
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
  const response = await fetch(target, {
    method: request.method,
    headers,
    body: request.body,
    redirect: "manual",
    signal: options.signal ? AbortSignal.any([request.signal, options.signal]) : request.signal,
  });
  return new Response(response.body, { status: response.status, headers: response.headers });
}
