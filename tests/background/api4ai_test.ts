// Proves how the client of API4.ai sends a photo, retries, waits and gives up.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { Api4ai, type Api4aiOptions } from "../../shared/background/api4ai.ts";
import {
  BackgroundError,
  type BackgroundErrorCode,
} from "../../shared/background/background_error.ts";
import { API4AI_MODES } from "../../shared/settings.ts";
import { FakeFetch, FakeTimers } from "../helpers/fake_fetch.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { draw } from "../helpers/pixels.ts";

const SIZE = { width: 20, height: 10 };
const PHOTO = Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 3);
const mask = await fileOf(
  draw(SIZE, (x) => x < 10 ? [255, 255, 255, 255] : [0, 0, 0, 255]),
  MagickFormat.Png,
);
const replyText = JSON.stringify({
  results: [{
    status: { code: "ok" },
    entities: [{ kind: "image", image: btoa(String.fromCharCode(...mask)) }],
  }],
});
const good = () => new Response(replyText);
const status = (code: number, headers: Record<string, string> = {}) => () =>
  new Response("upstream text", { status: code, headers });
const unreachable = () => Promise.reject(new TypeError("connection refused to 10.0.0.1"));

const OPTIONS: Api4aiOptions = {
  provider: "api4ai",
  name: "API4.ai",
  url: "https://api4ai.test/v1/cars/results",
  key: "the-key",
  mode: "fg-mask",
  timeoutMs: 30_000,
};
const ask = (options: Partial<Api4aiOptions> = {}, signal?: AbortSignal) =>
  new Api4ai({ ...OPTIONS, ...options }).remove(PHOTO, signal);

async function assertCode(promise: Promise<unknown>, code: BackgroundErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof BackgroundError, String(error));
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /upstream text|10\.0\.0\.1|the-key/);
    return true;
  });
}

Deno.test("remove() posts the photo as the form's file `image`", async () => {
  using fetch = new FakeFetch([good]);
  const cutout = await ask();
  assert.equal(cutout.kind, "mask");
  const [request] = fetch.requests;
  assert.equal(request.method, "POST");
  const file = (await request.formData()).get("image");
  assert.ok(file instanceof File && file.type === "image/jpeg");
  assert.deepEqual(new Uint8Array(await file.arrayBuffer()), PHOTO);
});

for (const mode of API4AI_MODES) {
  Deno.test(`remove() requests the mode ${mode} in the query`, async () => {
    using fetch = new FakeFetch([good]);
    const { kind, bytes } = await ask({ mode });
    assert.equal(kind, mode === "fg-mask" ? "mask" : "image");
    assert.deepEqual(bytes, mask);
    assert.equal(fetch.requests[0].url, `${OPTIONS.url}?mode=${mode}`);
  });
}

Deno.test("remove() sends the key in X-API-KEY, and to RapidAPI in X-RapidAPI-Key", async () => {
  using fetch = new FakeFetch([good, good, good]);
  await ask();
  await ask({ url: "https://cars-image-background-removal.p.rapidapi.com/v1/results" });
  await ask({ key: undefined });
  const keys = fetch.requests.map((
    { headers },
  ) => [headers.get("x-api-key"), headers.get("x-rapidapi-key")]);
  assert.deepEqual(keys, [["the-key", null], [null, "the-key"], [null, null]]);
});

Deno.test("remove() does not send RapidAPI's header to a host with a similar name", async () => {
  using fetch = new FakeFetch([good]);
  await ask({ url: "https://x.rapidapi.com.example.org/v1/results" });
  assert.equal(fetch.requests[0].headers.get("x-rapidapi-key"), null);
});

for (
  const [what, failure] of [["a network error", unreachable], ["429", status(429)], [
    "500",
    status(500),
  ], ["503", status(503)]] as const
) {
  Deno.test(`remove() retries after ${what}, waiting 1, 2 and 4 s`, async () => {
    using timers = new FakeTimers();
    using fetch = new FakeFetch([failure, failure, failure, good]);
    assert.equal((await ask()).kind, "mask");
    assert.equal(fetch.requests.length, 4);
    assert.deepEqual(timers.waits, [1_000, 2_000, 4_000]);
  });
}

Deno.test("remove() gives up after the fourth try and throws the last error", async () => {
  const cases = [[unreachable, "background_removal_unreachable"], [
    status(429),
    "background_removal_rate_limited",
  ], [status(502), "background_removal_failed"]] as const;
  for (const [failure, code] of cases) {
    using _timers = new FakeTimers();
    using fetch = new FakeFetch([failure, failure, failure, failure, good]);
    await assertCode(ask(), code);
    assert.equal(fetch.requests.length, 4);
  }
});

Deno.test("remove() sends the whole photo with every try", async () => {
  using _timers = new FakeTimers();
  using fetch = new FakeFetch([status(500), good]);
  await ask();
  const sizes = await Promise.all(
    fetch.requests.map(async (request) => ((await request.formData()).get("image") as File).size),
  );
  assert.deepEqual(sizes, [PHOTO.length, PHOTO.length]);
});

Deno.test("remove() waits as long as Retry-After demands, in seconds or as a date", async () => {
  using timers = new FakeTimers();
  const inSixSeconds = () =>
    status(503, { "retry-after": new Date(Date.now() + 6_000).toUTCString() })();
  using _fetch = new FakeFetch([
    status(429, { "retry-after": "7" }),
    inSixSeconds,
    status(429, { "retry-after": "soon" }),
    good,
  ]);
  await ask();
  const [seconds, date, nonsense] = timers.waits;
  assert.equal(seconds, 7_000);
  assert.ok(date > 4_000 && date <= 6_000, `${date}`);
  assert.equal(nonsense, 4_000);
});

Deno.test("remove() does not wait for a Retry-After beyond its deadline", async () => {
  using timers = new FakeTimers();
  using fetch = new FakeFetch([status(429, { "retry-after": "31" }), good]);
  await assertCode(ask(), "background_removal_rate_limited");
  assert.equal(fetch.requests.length, 1);
  assert.deepEqual(timers.waits, []);
});

for (
  const [code, expected] of [[400, "failed"], [401, "unauthorized"], [403, "unauthorized"], [
    413,
    "failed",
  ], [422, "failed"]] as const
) {
  Deno.test(`remove() does not retry after ${code}`, async () => {
    using fetch = new FakeFetch([status(code), good]);
    await assertCode(ask(), `background_removal_${expected}`);
    assert.equal(fetch.requests.length, 1);
  });
}

Deno.test("remove() does not retry a paid call whose 200 reports a failure", async () => {
  using fetch = new FakeFetch([
    () => Response.json({ results: [{ status: { code: "failure" } }] }),
    good,
  ]);
  await assertCode(ask(), "background_removal_failed");
  assert.equal(fetch.requests.length, 1);
});

Deno.test("remove() gives up at its deadline if the service does not answer", async () => {
  using fetch = new FakeFetch([(signal) => FakeFetch.hang(signal)]);
  await assertCode(ask({ timeoutMs: 100 }), "background_removal_timeout");
  assert.equal(fetch.requests.length, 1);
});

Deno.test("remove() gives up at its deadline in the middle of an endless reply", async () => {
  using _fetch = new FakeFetch([(signal) => new Response(FakeFetch.endless(signal, 0))]);
  await assertCode(ask({ timeoutMs: 100 }), "background_removal_timeout");
});

Deno.test("remove() stops reading a reply that is too large", async () => {
  let sent = 0;
  const chunk = new Uint8Array(1 << 20);
  const flood = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  using fetch = new FakeFetch([() => new Response(flood), good]);
  await assertCode(ask(), "background_removal_invalid_reply");
  assert.ok(sent < 40 << 20, `${sent} bytes were read`);
  assert.equal(fetch.requests.length, 1);
});

Deno.test("remove() throws the caller's abort reason if the caller disconnects", async () => {
  const caller = new AbortController();
  using _fetch = new FakeFetch([(signal) => {
    caller.abort(new Error("the caller went away"));
    return FakeFetch.hang(signal);
  }]);
  await assert.rejects(ask({}, caller.signal), /the caller went away/);
});

Deno.test("remove() stops waiting for the next try if the caller disconnects", async () => {
  const caller = new AbortController();
  using timers = new FakeTimers();
  timers.beforeWait = () => caller.abort(new Error("the caller went away"));
  using fetch = new FakeFetch([status(500), (signal) => FakeFetch.hang(signal)]);
  await assert.rejects(ask({}, caller.signal), /the caller went away/);
  assert.ok(fetch.requests.length <= 2);
});

Deno.test("the remover has its name and mode", () => {
  const remover = new Api4ai({ ...OPTIONS, mode: "fg-image-hideclp" });
  const { provider, variant, kind } = remover;
  assert.deepEqual([provider, variant, kind], ["api4ai", "fg-image-hideclp", "image"]);
});
