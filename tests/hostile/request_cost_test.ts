/**
 * Proves that no request costs more CPU than its size justifies, and that a refusal costs less than 20 ms per
 * megabyte, and three times its own size in memory: on both versions of Deno, over HTTP, from authorized callers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ALONE } from "../fuzz/in_process.ts";
import {
  BATCHES,
  FORMS,
  HEADERS,
  type HostileRequest,
  PHOTO_JSON,
  sendHostile,
} from "../helpers/hostile_requests.ts";
import { startCostMeter } from "../helpers/request_cost.ts";
import { denosOfForm } from "../helpers/test_form.ts";

const MB = 1_000_000;

/** Bound on a refusal's CPU, in milliseconds: per request, and per megabyte sent. */
const MAX_CPU = { eachMs: 15, perMegabyteMs: 20 };

/**
 * Bound on a refusal's peak memory: per request, and per byte sent. Received chunks stay until the next garbage
 * collection.
 */
const MAX_MEMORY = { each: 32 * MB, perByte: 3 };

/** Other processes make a request cost more now and then, but never less: the cheapest of these measurements counts. */
const TRIES = 8;

const GROUPS: [name: string, requests: HostileRequest[]][] = [
  ["JSON", PHOTO_JSON],
  ["forms", FORMS],
  ["addresses and headers", HEADERS],
  ["batches", BATCHES],
];

for (const deno of denosOfForm()) {
  for (const [group, requests] of GROUPS) {
    Deno.test({
      name: `a refusal costs less than 20 ms of CPU a megabyte: ${group} (Deno ${deno})`,
      ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
      async fn(t) {
        await using meter = await startCostMeter(deno, ALONE);
        // The first run includes compilation, which is not a request's own cost.
        for (const request of requests.slice(0, 3)) {
          await meter.measure(() => sendHostile(meter.url, request));
        }
        for (const request of requests) {
          await t.step(`${request.name} ends in ${request.code ?? "an answer"}`, async () => {
            const size = request.body?.().length ?? 0;
            const maxMs = MAX_CPU.eachMs + MAX_CPU.perMegabyteMs * size / MB;
            const maxBytes = MAX_MEMORY.each + MAX_MEMORY.perByte * size;
            let told = "";
            for (let attempt = 0; attempt < TRIES; attempt++) {
              const cost = await meter.measure(() => sendHostile(meter.url, request));
              const { cpuMs, peakBytes, status, text } = cost;
              assert.equal(status < 400 ? null : JSON.parse(text).error.code, request.code, text);
              assert.ok(text.length < 2_000, `the answer has ${text.length} characters`);
              if (cpuMs < maxMs && peakBytes < maxBytes) return;
              told = `${cpuMs} of ${maxMs} ms, ${peakBytes} of ${maxBytes} bytes: ${text}`;
            }
            assert.fail(told);
          });
        }
      },
    });
  }
}
