/**
 * Searches for costly requests: forms, JSON, batches and queries randomly composed of difficult parts. None may cost
 * more CPU than its bound. `SEED` repeats a search, `RUNS` extends it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ALONE } from "../fuzz/in_process.ts";
import type { Random } from "../fuzz/mutate.ts";
import { oddRequest, type RawRequest } from "../fuzz/mutate_request.ts";
import { concat } from "../helpers/bytes.ts";
import { fixture } from "../helpers/fixtures.ts";
import { flood } from "../helpers/hostile_requests.ts";
import { seeded } from "../helpers/random.ts";
import { type CostMeter, startCostMeter } from "../helpers/request_cost.ts";

const SEED = Number(Deno.env.get("SEED") ?? 7);
const RUNS = Number(Deno.env.get("RUNS") ?? 120);

/** Bound on a request's CPU, in milliseconds: per request, and per megabyte. */
const MOST_CPU = { eachMs: 15, perMegabyteMs: 20 };

const BOUNDARY = "b";
const PARTS = [
  `\r\n--${BOUNDARY}\r\n`,
  `\r\n--${BOUNDARY}`,
  `--${BOUNDARY}--`,
  'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
  'Content-Disposition: form-data; name="options"\r\n\r\n',
  ...["\r\n", "\r\n\r\n", "\r", '"', "\\", ";", ";a=", '="', " ", "\t", "%22", "a:", "x", "-"],
];
const TOKENS = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    " ",
    "0",
    "-",
    "1e9",
    "null",
    "true",
    '""',
    "\u00e9",
  ],
  ...['"a":', '"items":[', '"options":{', '"variants":[', '"image_base64":"', '"storage_path":{'],
  ...[
    "AAAA",
    "=",
    "\\u0041",
    "\\n",
    '\\"',
    "\\/",
    "data:",
    ";base64,",
    "{},",
    "0,",
    '"a",',
    '{"a":',
  ],
];

/** Creates runs of a few units, each repeated, up to a total bound. */
function floods(units: readonly string[], bytes: number, random: Random): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (let count = 1 + random(6); count > 0; count--) {
    const unit = Array.from({ length: 1 + random(4) }, () => units[random(units.length)]).join("");
    // Half of them are short: faults often lie where two runs meet.
    const most = random(2) === 0 ? 40 : bytes;
    parts.push(flood(unit, Math.max(new TextEncoder().encode(unit).length, random(most + 1))));
  }
  return concat(...parts);
}

interface Found extends RawRequest {
  path: string;
}

const MAKERS: readonly ((photo: Uint8Array, bytes: number, random: Random) => Found)[] = [
  function json(_, bytes, random) {
    const body = concat(new TextEncoder().encode("{"), floods(TOKENS, bytes, random));
    const path = ["", "", "/batch"][random(3)];
    return { path, query: "", contentType: "application/json", body };
  },
  function form(_, bytes, random) {
    const start = new TextEncoder().encode(PARTS.slice(0, 1 + random(5)).join("").slice(2));
    const body = concat(start, floods(PARTS, bytes, random));
    return { path: "", query: "", contentType: `multipart/form-data; boundary=${BOUNDARY}`, body };
  },
  function query(_photo, _bytes, random) {
    const units = ["a", "=", "&", "%20", "+", "variants=", "padding=1", ",", "filename=", "%ff"];
    const text = new TextDecoder().decode(floods(units, 8_000, random));
    return { path: "", query: text, contentType: "image/png", body: new Uint8Array(8) };
  },
  function odd(photo, _, random) {
    return { path: "", ...oddRequest(photo, random) };
  },
];

async function costOf(meter: CostMeter, { path, query, contentType, body }: Found) {
  return await meter.measure(() =>
    fetch(`${meter.url}${path}?${query}`, {
      method: "POST",
      headers: { apikey: ALONE.SUPABASE_SECRET_KEY, "content-type": contentType },
      body,
    })
  );
}

Deno.test({
  name: `no randomly composed request costs more than its bound (Deno 2.1.4)`,
  ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
  async fn() {
    const photo = new Uint8Array(await fixture("tiny.png"));
    await using meter = await startCostMeter("2.1.4", ALONE);
    let worst = "";
    let worstShare = 0;
    for (let run = -10; run < RUNS; run++) {
      // Each run has its own random sequence, so that it can be repeated alone.
      const random = seeded(SEED * 100_003 + run + 10);
      const maker = MAKERS[random(MAKERS.length)];
      const found = maker(photo, [20_000, 300_000, 2_000_000][random(3)], random);
      const size = found.body.length + found.query.length;
      const maxMs = MOST_CPU.eachMs + MOST_CPU.perMegabyteMs * size / 1e6;
      let share = Infinity;
      let status = 0;
      for (let attempt = 0; attempt < 4 && share >= 1; attempt++) {
        const cost = await costOf(meter, found);
        status = cost.status;
        // Processed photos have other bounds.
        share = status === 200 ? 0 : Math.min(share, cost.cpuMs / maxMs);
      }
      assert.ok(status < 500, `run ${run}: ${status}`);
      if (run < 0) continue; // the first run includes compilation
      if (share > worstShare) {
        [worstShare, worst] = [share, `run ${run}, ${maker.name}, ${size} bytes`];
      }
      assert.ok(share < 1, `${Math.round(share * 100)} % of its bound: ${worst}`);
    }
    console.log(`The worst request cost ${Math.round(worstShare * 100)} % of its bound: ${worst}.`);
  },
});
