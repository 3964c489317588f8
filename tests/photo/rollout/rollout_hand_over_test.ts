// Proves how the rollout's fallback works together with hand-overs.
import assert from "node:assert/strict";
import { LEGACY_REPLY, startLegacySimulator } from "../../../dev/legacy_simulator.ts";
import { Admission } from "../../../shared/isolate/admission.ts";
import { readConfig } from "../../../shared/config.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../../shared/errors.ts";
import { reachesSelf } from "../../../shared/isolate/self_probe.ts";
import { InternalSigner } from "../../../shared/http/internal_signer.ts";
import type { Run } from "../../../shared/telemetry/metrics/run.ts";
import { ALONE, requestTo } from "../../fuzz/in_process.ts";
import { greyGif } from "../../helpers/tiny_files.ts";
import { wholeApp, wholeDeps } from "../../helpers/whole_app.ts";

const QUERY = "variants=processed&skip_background_removal=true";

/** The function in an isolate that admits no job, another isolate with given answers, and a legacy service. */
async function surroundings(answer: ErrorCode | "processed") {
  const other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const request_id = request.headers.get("x-request-id") ?? "none";
    const headers = { "x-request-id": request_id };
    if (answer === "processed" || request.method === "GET") {
      return Response.json({ success: true, served_by: "new" }, { headers });
    }
    const { status, retryable } = ERROR_CATALOGUE[answer];
    const error = { code: answer, message: "From there.", retryable };
    return Response.json({ success: false, error, request_id }, { status, headers });
  });
  const legacy = await startLegacySimulator();
  const functionUrl = `http://127.0.0.1:${other.addr.port}/process-image`;
  const config = readConfig({
    ...ALONE,
    CPU_BUDGET_MS: "2000",
    FUNCTION_URL: functionUrl,
    LEGACY_PROCESSOR_URL: legacy.url,
    LEGACY_PROCESSOR_KEY: legacy.apiKey,
  });
  const services = await wholeDeps(config);
  const admission = new Admission({
    budgetMs: 2_000,
    usedMs: 1_000,
    reachesSelf: () => reachesSelf(functionUrl),
  });
  admission.close();
  const runs: Run[] = [];
  const app = wholeApp({
    ...services,
    process: { ...services.process, admission },
    observe: (run) => void runs.push(run),
  });
  return {
    runs,
    legacy,
    send: async (headers: Record<string, string> = {}) => {
      const body = greyGif([1, 2]);
      const request = requestTo("http://localhost", {
        query: QUERY,
        contentType: "image/gif",
        body,
      });
      for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
      return await app.fetch(request);
    },
    async [Symbol.asyncDispose]() {
      await other.shutdown();
      await legacy.close();
    },
  };
}

Deno.test("if the isolate that takes a photo over fails, legacy processes it, and it is observed once", async () => {
  await using there = await surroundings("engine_failed");
  const response = await there.send();
  const body = await response.json();
  assert.equal(response.status, 200);
  assert.equal(body.served_by, "legacy");
  assert.equal(body.processed, LEGACY_REPLY.processed);
  assert.deepEqual(there.runs.map(({ servedBy, errorCode }) => [servedBy, errorCode]), [
    ["legacy", null],
  ]);
});

Deno.test("if legacy fails, too, the other isolate's error is the answer", async () => {
  await using there = await surroundings("storage_failed");
  there.legacy.behave({ kind: "status", status: 500 });
  const response = await there.send();
  const { error } = await response.json();
  assert.equal(response.status, 502);
  assert.deepEqual(error, { code: "storage_failed", message: "From there.", retryable: true });
  assert.deepEqual(there.runs.map(({ servedBy, errorCode }) => [servedBy, errorCode]), [
    ["new", "storage_failed"],
  ]);
});

for (const answer of ["processed", "invalid_image"] as const) {
  Deno.test(`the other isolate's answer is final: ${answer}`, async () => {
    await using there = await surroundings(answer);
    const body = await (await there.send()).json();
    assert.equal(body.success, answer === "processed");
    assert.equal(body.error?.code, answer === "processed" ? undefined : answer);
    assert.deepEqual([there.runs.length, there.legacy.calls.length], [0, 0]);
  });
}

Deno.test("an isolate leaves the fallback and its observation to the isolate that handed the photo over", async () => {
  await using there = await surroundings("processed");
  const signer = new InternalSigner([ALONE.SUPABASE_SECRET_KEY]);
  const response = await there.send({
    "x-request-id": "photo-1",
    "x-process-image-hops": "3",
    "x-process-image-hops-signature": await signer.sign(["hand-over", "photo-1", "3", "server"]),
  });
  assert.equal((await response.json()).error.code, "isolate_busy");
  assert.deepEqual([there.runs.length, there.legacy.calls.length], [0, 0]);
});
