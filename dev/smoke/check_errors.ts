import type { SmokeClient } from "./client.ts";
import { photo } from "./photos.ts";
import { expectError } from "./read_answer.ts";

/** A request that the function has to refuse, and the expected error. */
export interface Refusal {
  name: string;
  status: number;
  code: string;
  /** Rest of the address after the function's. @default "" */
  target?: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Whether the request has a credential. @default true */
  signedIn?: boolean;
  body?: string;
}

const JPEG = { "content-type": "image/jpeg" };
const GARBAGE = "This is no picture, whatever its header says. ".repeat(20);

/** The checked errors: one of each layer, without an upload or a call of API4.ai. */
export const REFUSALS: readonly Refusal[] = [
  {
    name: "no credential",
    status: 401,
    code: "missing_credential",
    headers: JPEG,
    signedIn: false,
  },
  {
    name: "an invalid token",
    status: 401,
    code: "invalid_credential",
    headers: { ...JPEG, authorization: "Bearer nonsense" },
    signedIn: false,
  },
  {
    name: "an invalid option",
    status: 400,
    code: "invalid_options",
    target: "?padding=wide",
    headers: JPEG,
  },
  { name: "no image", status: 400, code: "missing_image", headers: JPEG, body: "" },
  {
    name: "bytes that are not an image",
    status: 415,
    code: "unsupported_image_type",
    headers: JPEG,
    body: GARBAGE,
  },
  {
    name: "a body of another type",
    status: 415,
    code: "unsupported_media_type",
    headers: { "content-type": "text/plain" },
    body: GARBAGE,
  },
  { name: "another method", status: 405, code: "method_not_allowed", method: "GET" },
  { name: "another path", status: 404, code: "not_found", target: "/nothing", method: "GET" },
];

/**
 * Sends a request that the function has to refuse.
 *
 * @throws {SmokeFailure} If the function accepts it, or refuses it with another error.
 */
export async function checkRefusal(client: SmokeClient, refusal: Refusal): Promise<string> {
  const { target = "", method = "POST", headers, signedIn = true } = refusal;
  const body = method === "GET" ? undefined : refusal.body ?? await photo("small.jpg");
  const answer = await client.call(target, {
    method,
    headers: { ...headers, ...(signedIn && client.credential) },
    body,
  });
  return expectError(answer, refusal.status, refusal.code);
}
