/** These belong to one connection, or are told anew by the next. */
const CONNECTION_HEADERS = ["connection", "host", "keep-alive", "transfer-encoding", "upgrade"];

/** What a forwarded request has of its own. */
export interface ForwardOptions {
  /** Set over those of the request. */
  headers?: Record<string, string>;
  /** Ends the exchange, as does the request's own signal. */
  signal?: AbortSignal;
}

/**
 * Sends a request on to another address: bodies stream through in both directions, and a caller who goes away is gone for
 * whoever answers there too.
 *
 * @throws TypeError when nobody answers there, the signal's reason when that fires
 */
export async function forwardRequest(
  request: Request,
  target: string,
  options: ForwardOptions = {},
): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of CONNECTION_HEADERS) headers.delete(name);
  // fetch() would inflate the answer and leave its Content-Encoding on.
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
