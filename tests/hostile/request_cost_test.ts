/**
 * No request costs more CPU than its size justifies, and a refusal costs less than 20 ms a megabyte, and its own size three
 * times in memory: on both versions of Deno, over HTTP, from callers who may call.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { DenoVersion } from "../../dev/deno_binary.ts";
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

const MB = 1_000_000;

/** What a refusal may cost, in milliseconds of CPU: for each, and for a megabyte that was sent. */
const MAX_CPU = { eachMs: 15, perMegabyteMs: 20 };

/** What a refusal may hold at its peak: for each, and for a byte that was sent. Pieces that were received await collection. */
const MAX_MEMORY = { each: 32 * MB, perByte: 3 };

/** Who shares the machine makes a request cost more now and then, but never less: the cheapest of these counts. */
const TRIES = 3;

const GROUPS: [name: string, requests: HostileRequest[]][] = [
  ["JSON", PHOTO_JSON],
  ["forms", FORMS],
  ["addresses and headers", HEADERS],
  ["batches", BATCHES],
];

for (const deno of ["2.9.6", "2.1.4"] as DenoVersion[]) {
  for (const [group, requests] of GROUPS) {
    Deno.test({
      name: `a refusal costs less than 20 ms of CPU a megabyte: ${group} (Deno ${deno})`,
      ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
      async fn(t) {
        await using meter = await startCostMeter(deno, ALONE);
        // What runs for the first time is compiled: that is no request's own cost.
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
