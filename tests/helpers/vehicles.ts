import assert from "node:assert/strict";
import type { Stack } from "../../dev/stack.ts";
import {
  type VehicleReply,
  vehicleReplySchema,
} from "../../shared/vehicle/vehicle_reply_schema.ts";
import { assertDocumented } from "./contract.ts";
import { within } from "./until.ts";

/** Requests a vehicle's set; a body is sent as JSON. */
export function fetchVehicle(
  { functionUrl, secretKey }: Pick<Stack, "functionUrl" | "secretKey">,
  id: string,
  method = "GET",
  body?: unknown,
): Promise<Response> {
  const url = `${functionUrl}/vehicles/${id}`;
  const headers = {
    apikey: secretKey,
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  return within(fetch(url, { method, headers, body: JSON.stringify(body) }), `an answer of ${url}`);
}

/** Reads a vehicle's set from a response. */
export async function vehicleOf(pending: Promise<Response>): Promise<VehicleReply> {
  const response = await pending;
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assertDocumented(response, text);
  assert.equal(response.headers.get("cache-control"), "no-store");
  return vehicleReplySchema.parse(JSON.parse(text));
}
