import assert from "node:assert/strict";
import { ERROR_CATALOGUE } from "../../shared/errors.ts";
import { errorSchema } from "../../shared/http/error_schema.ts";
import { replySchema } from "../../shared/photo/reply_schema.ts";
import { INPUT_FORMATS, type InputFormat } from "../../shared/image/image_format.ts";
import { CAN_TELL_CPU } from "../helpers/thread_cpu.ts";
import { seeded } from "../helpers/random.ts";
import { type Cost, CostMeter, estimateOf, REQUEST_MS } from "./cost_meter.ts";
import { mutate, type Random } from "./mutate.ts";
import { oddRequest, type RawRequest } from "./mutate_request.ts";
import { seedImages } from "./seed_images.ts";

/** The input to mutate: images of one type, or requests. */
export type Kind = InputFormat | "requests";

/** Everything that can be mutated. */
export const KINDS: readonly Kind[] = [...INPUT_FORMATS, "requests"];

/** Sends a request to the function. */
export type Send = (request: RawRequest) => Promise<Response>;

/** The outcome of a series of runs: the number of answers by status and code. */
export type Tally = Record<string, number>;

/** The inputs with the highest CPU relative to their bounds, with the numbers of their runs. */
export type Costliest = (Cost & { run: number })[];

/** The number of inputs that are kept. */
const COSTLIEST = 3;

/** Measures each run's CPU in this thread, and keeps the costliest. */
export class CostLog {
  readonly #meter = new CostMeter();
  readonly costliest: Costliest = [];

  /**
   * Sends a request and checks its cost.
   *
   * @throws {Error} If it costs more than its bound.
   */
  async send(send: Send, request: RawRequest, kind: Kind, run: number): Promise<Response> {
    const { value, ms, boundMs } = await this.#meter.measure(
      () => send(request),
      estimateOf(request.body, REQUEST_MS[kind === "requests" ? "request" : "image"]),
    );
    this.costliest.push({ run, ms, boundMs });
    this.costliest.sort((a, b) => b.ms / b.boundMs - a.ms / a.boundMs);
    this.costliest.length = Math.min(this.costliest.length, COSTLIEST);
    assert.ok(
      ms <= boundMs,
      `it cost ${ms.toFixed()} ms of CPU, and may cost ${boundMs.toFixed()}`,
    );
    return value;
  }
}

/** Creates a log, on systems that report a thread's CPU. */
export function costLog(): CostLog | undefined {
  return CAN_TELL_CPU ? new CostLog() : undefined;
}

const seeds = await seedImages();

/** Creates the request of one run: the same for the same seed, kind and number. */
export function requestOf(kind: Kind, seed: number, index: number): RawRequest {
  const random = randomOf(kind, seed, index);
  if (kind === "requests") return oddRequest(seeds.jpeg[0], random);
  const files = seeds[kind];
  const others = seeds[INPUT_FORMATS[random(INPUT_FORMATS.length)]];
  return {
    query: "variants=processed&skip_background_removal=true",
    contentType: "application/octet-stream",
    body: mutate(files[random(files.length)], random, others[0]),
  };
}

function randomOf(kind: Kind, seed: number, index: number): Random {
  const own = (seed * 1_000_003 + KINDS.indexOf(kind) * 15_485_863 + index * 7_919) % 2_147_483_646;
  const random = seeded(own + 1);
  for (let i = 0; i < 4; i++) random(2); // without it, successive seeds begin alike
  return random;
}

/**
 * Sends mutated requests, and checks that each ends in a documented status, and that a good photo gives the same
 * bytes before and after.
 *
 * @param send Sends one request.
 * @param kind What is mutated.
 * @param seed Decides the mutations.
 * @param runs The number of requests.
 * @param from The number of the first.
 * @param costs Records each run's cost and checks its bound; unset: no measurement.
 * @throws {Error} If a request fails or costs more than its bound; the message says how to repeat it.
 */
export async function fuzz(
  send: Send,
  kind: Kind,
  seed: number,
  runs: number,
  from = 0,
  costs?: CostLog,
): Promise<Tally> {
  const tally: Tally = {};
  const before = await goodPhoto(send);
  for (let index = from; index < from + runs; index++) {
    try {
      const request = requestOf(kind, seed, index);
      const response = await (costs?.send(send, request, kind, index) ?? send(request));
      const outcome = await check(response);
      tally[outcome] = (tally[outcome] ?? 0) + 1;
    } catch (cause) {
      const again = `deno task fuzz --seed ${seed} --kind ${kind} --from ${index} --runs 1`;
      throw new Error(`Run ${index} of ${kind} with seed ${seed} failed. Repeat it: ${again}`, {
        cause,
      });
    }
  }
  assert.equal(await goodPhoto(send), before, "a good photo gives other bytes than before");
  return tally;
}

/** The parts of the answer to a good photo that are the same each time. */
async function goodPhoto(send: Send): Promise<string | undefined> {
  const response = await send({
    query: "variants=processed&skip_background_removal=true",
    contentType: "image/jpeg",
    body: new Uint8Array(seeds.jpeg[0]),
  });
  return replySchema.parse(await response.json()).processed;
}

/** Codes for faults of the function or its environment, which no request may cause here. */
const FAULTS = new Set(["internal_error", "engine_failed", "request_aborted"]);

async function check(response: Response): Promise<string> {
  const body: unknown = await response.json();
  if (response.status === 200) {
    const { warnings } = replySchema.parse(body);
    return warnings.some(({ code }) => code === "image_damaged") ? "200 damaged" : "200";
  }
  const { code } = errorSchema.parse(body).error;
  assert.equal(response.status, ERROR_CATALOGUE[code].status, code);
  assert.ok(!FAULTS.has(code), code);
  return `${response.status} ${code}`;
}
