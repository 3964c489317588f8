import assert from "node:assert/strict";
import { type ErrorReply, errorSchema } from "../../shared/http/error_schema.ts";
import { type Reply, replySchema } from "../../shared/photo/reply_schema.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../shared/errors.ts";
import { assertDocumented } from "./contract.ts";
import { within } from "./until.ts";

/** A response of the function: its status, headers and body. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Reads a photo or another file of the fixtures. */
export function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** Sends a photo as bare bytes, with the settings in the query. */
export function sendBytes(
  url: string,
  headers: HeadersInit,
  photo: Uint8Array<ArrayBuffer>,
  query = "",
): Promise<Response> {
  const all = new Headers(headers);
  if (!all.has("content-type")) all.set("content-type", "image/jpeg");
  return ask(`${url}?${query}`, all, photo);
}

/** Sends JSON. */
export function sendJson(url: string, headers: HeadersInit, body: unknown): Promise<Response> {
  const all = new Headers(headers);
  all.set("content-type", "application/json");
  return ask(url, all, JSON.stringify(body));
}

/** Sends a request. A response that does not begin within two minutes is an error. */
function ask(url: string, headers: Headers, body: BodyInit): Promise<Response> {
  return within(fetch(url, { method: "POST", headers, body }), `an answer of ${url}`);
}

/** Checks that a response is a 200 of the documented shape. */
export async function expectReply(pending: Promise<Response>): Promise<Answer<Reply>> {
  const response = await pending;
  const text = await response.text();
  assert.equal(response.status, 200, text.slice(0, 500));
  assertDocumented(response, text);
  const body = replySchema.parse(JSON.parse(text));
  assert.equal(response.headers.get("x-request-id"), body.request_id);
  assert.match(response.headers.get("server-timing") ?? "", /total;dur=[\d.]+$/);
  return { status: 200, headers: response.headers, body };
}

/** Checks that a response is an error of the documented shape, with the status and headers of its code. */
export async function expectError(
  pending: Promise<Response>,
  code: ErrorCode,
): Promise<Answer<ErrorReply>> {
  const response = await pending;
  const text = await response.text();
  assertDocumented(response, text);
  const body = errorSchema.parse(JSON.parse(text));
  const { status, retryable } = ERROR_CATALOGUE[code];
  assert.equal(body.error.code, code, text);
  assert.equal(response.status, status);
  assert.equal(body.error.retryable, retryable);
  assert.equal(response.headers.has("retry-after"), retryable);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("x-request-id"), body.request_id);
  return { status: response.status, headers: response.headers, body };
}
