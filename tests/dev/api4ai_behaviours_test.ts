// Proves that the API4.ai simulator can fail, hang and answer in any of its documented behaviours.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  type Api4aiSimulator,
  type Behaviour,
  startApi4aiSimulator,
} from "../../dev/api4ai_simulator.ts";
import {
  ask,
  decode,
  fixture,
  type Image,
  pictureOf,
  post,
  type Reply,
  testsOf,
} from "./simulator_client.ts";
import { until } from "../helpers/until.ts";

const simulator = await startApi4aiSimulator();
Deno.test.afterAll(() => simulator.close());
const simulatorTest = testsOf(simulator);

/** Reads the body of one answer under a behaviour. */
async function under(simulator: Api4aiSimulator, behaviour: Behaviour): Promise<Response> {
  simulator.behave(behaviour);
  return await post(simulator, await fixture("small.jpg"), { signal: AbortSignal.timeout(10_000) });
}

simulatorTest("answers in the older shape", async (simulator) => {
  const { results } = await (await under(simulator, { kind: "ok-old-shape" })).json() as Reply;
  const [prefix, encoded] = (results[0].output_image ?? "").split(",");
  assert.equal(prefix, "data:image/png;base64");
  assert.equal(decode(Buffer.from(encoded, "base64")).width, 640);
});

simulatorTest("answers with shuffled entities and without boxes", async (simulator) => {
  const { results } = await (await under(simulator, { kind: "ok-shuffled" })).json() as Reply;
  assert.notEqual(results[0].entities[0].kind, "image");
  assert.ok(!results[0].entities.some((entity) => entity.kind === "objects"));
  assert.equal(pictureOf(results[0]).width, 640);
});

simulatorTest("fails with a chosen status, header and body", async (simulator) => {
  const limited = await under(simulator, {
    kind: "status",
    status: 429,
    headers: { "Retry-After": "2" },
  });
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get("retry-after"), "2");
  assert.equal(typeof (await limited.json()).message, "string");
  const broken = await under(simulator, { kind: "status", status: 500, body: "oops" });
  assert.deepEqual([broken.status, await broken.text()], [500, "oops"]);
  const page = await under(simulator, { kind: "html" });
  assert.equal(page.status, 502);
  assert.match(await page.text(), /^<html>/);
});

simulatorTest("reports a failure with HTTP 200", async (simulator) => {
  const failed = await (await under(simulator, { kind: "failure" })).json() as Reply;
  assert.deepEqual(failed.results[0].status, { code: "failure", message: "Processing failed" });
  const empty = await (await under(simulator, { kind: "empty-results" })).json();
  assert.deepEqual(empty, { results: [] });
  const half = await (await under(simulator, { kind: "half-json" })).text();
  assert.throws(() => JSON.parse(half), SyntaxError);
});

simulatorTest("answers with wrong pictures", async (simulator) => {
  const picture = async (behaviour: Behaviour): Promise<Image> =>
    pictureOf((await (await under(simulator, behaviour)).json() as Reply).results[0]);
  const half = await picture({ kind: "wrong-size" });
  assert.deepEqual([half.width, half.height], [320, 214]);
  assert.ok(isAll((await picture({ kind: "all-transparent" })).rgba, 0));
  assert.ok(isAll((await picture({ kind: "all-opaque" })).rgba, 255));
  await assert.rejects(picture({ kind: "not-an-image" }), /NoDecodeDelegate/);
});

/** Whether the red channel, which is the mask, is uniform. */
function isAll(rgba: Uint8Array, value: number): boolean {
  return rgba.every((byte, i) => i % 4 !== 0 || byte === value);
}

simulatorTest("drops the connection before and within the answer", async (simulator) => {
  await assert.rejects(under(simulator, { kind: "close" }), TypeError);
  const midway = await under(simulator, { kind: "close-midway" });
  await assert.rejects(midway.text(), TypeError);
});

Deno.test("the API4.ai simulator can hang until it closes", async () => {
  const hanging = await startApi4aiSimulator();
  const rejected = assert.rejects(under(hanging, { kind: "hang" }), TypeError);
  await until(() => hanging.requests.length === 1);
  await hanging.close();
  await rejected;
});

simulatorTest("sends the answer byte by byte", async (simulator) => {
  const response = await under(simulator, { kind: "slow-drip", intervalMs: 1 });
  const reader = response.body!.getReader();
  const first = await reader.read();
  assert.ok(first.value && first.value.length < 100);
  await reader.cancel();
});

simulatorTest("sends a reply of any length", async (simulator) => {
  const response = await under(simulator, { kind: "huge", bytes: 5_000_000 });
  const text = await response.text();
  assert.ok(text.length >= 5_000_000);
  assert.equal((JSON.parse(text) as Reply).results[0].status.code, "ok");
});

simulatorTest("applies several behaviours in order, and repeats the last", async (simulator) => {
  const image = await fixture("small.jpg");
  simulator.behave([{ kind: "status", status: 503 }, { kind: "status", status: 429 }, {
    kind: "ok",
  }]);
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const response = await post(simulator, image);
    statuses.push(response.status);
    await response.body?.cancel();
  }
  assert.deepEqual(statuses, [503, 429, 200, 200]);
});

simulatorTest("is controlled over HTTP", async (simulator) => {
  const control = new URL("/__simulator/behaviour", simulator.url);
  const put = (body: string): Promise<Response> => fetch(control, { method: "PUT", body });
  const set = await put(JSON.stringify({ kind: "failure", message: "Told so" }));
  assert.equal(set.status, 200);
  await set.body?.cancel();
  const result = await ask(simulator, await fixture("small.jpg"));
  assert.deepEqual(result.status, { code: "failure", message: "Told so" });

  for (const wrong of ["{", '{"kind":"unheard-of"}']) {
    const refused = await put(wrong);
    assert.equal(refused.status, 422);
    await refused.body?.cancel();
  }
  const listed = await (await fetch(new URL("/__simulator/requests", simulator.url))).json();
  assert.equal(listed.length, 1);
  assert.equal(listed[0].width, 640);
  assert.equal("image" in listed[0], false);
});
