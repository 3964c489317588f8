// Proves how the legacy service's reply is passed on.
import assert from "node:assert/strict";
import { legacyResponse } from "../../../shared/photo/reply.ts";
import { replyOf } from "../../../shared/photo/rollout/legacy_client.ts";
import { PhotoJob } from "../../../shared/photo/photo_job.ts";
import { valueOf } from "../../helpers/result.ts";

const answer = async (text: string) => {
  const reply = valueOf(replyOf(new TextEncoder().encode(text)));
  const response = legacyResponse(reply, new PhotoJob("request-1"));
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.match(response.headers.get("server-timing")!, /^total;dur=/);
  return await response.text();
};

Deno.test("legacyResponse() keeps the reply and adds who served it", async () => {
  const text =
    '{ "success": true, "metadata": {"a": "}", "big": 12345678901234567890, "x": 1.0} }\n ';
  assert.equal(
    await answer(text),
    '{ "success": true, "metadata": {"a": "}", "big": 12345678901234567890, "x": 1.0} ' +
      ',"served_by":"legacy","request_id":"request-1"}',
  );
});

Deno.test("legacyResponse() does not repeat a header", async () => {
  const own = '{"success":true,"request_id":"theirs","served_by":"python","grid":"AA=="}';
  assert.equal(
    await answer(own),
    '{"success":true,"grid":"AA==","request_id":"request-1","served_by":"legacy"}',
  );
});
