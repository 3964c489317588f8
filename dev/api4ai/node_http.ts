import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Reads a request's complete body. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Reads a body of at most `maxBytes`. The rest of a larger one is discarded, so that its sender reads the answer.
 *
 * @returns `null` if it is larger.
 */
export async function readBoundedBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of request) {
    received += chunk.length;
    if (received <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return received > maxBytes ? null : Buffer.concat(chunks);
}

/** Converts a request's headers to those of fetch. */
export function toHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

/** Parses JSON; `undefined` if it is invalid. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Waits, unless the caller has disconnected. */
export function delay(ms: number, response: ServerResponse): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Sends a value as JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers?: Record<string, string>,
): void {
  sendText(response, status, JSON.stringify(value), headers);
}

/** Sends text, by default as JSON. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text);
}
