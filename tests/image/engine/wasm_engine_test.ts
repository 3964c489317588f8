// Proves when a WASM engine's instance is started, kept and replaced.
import assert from "node:assert/strict";
import { AppError } from "../../../shared/errors.ts";
import { WasmEngine } from "../../../shared/image/engine/wasm_engine.ts";
import { SilentErrors } from "../../helpers/deny_memory.ts";

/** An engine with numbered instances, and their states. */
function numbered() {
  const seen = { started: 0, discarded: 0 };
  const engine = new WasmEngine({
    name: "numbers",
    start: () => ++seen.started,
    discard: () => void seen.discarded++,
    isReport: (error) => error instanceof SyntaxError,
  });
  return { engine, seen };
}

const isFailure = (error: unknown) => error instanceof AppError && error.code === "engine_failed";
const crash = () => {
  throw new WebAssembly.RuntimeError("unreachable");
};

Deno.test("an engine starts once, for all callers", async () => {
  const { engine, seen } = numbered();
  const [one, other] = await Promise.all([engine.load(), engine.load()]);
  assert.equal(one, other);
  assert.equal(one.run((number) => number), 1);
  assert.deepEqual(seen, { started: 1, discarded: 0 });
});

Deno.test("an engine's own error passes through and changes nothing", async () => {
  const { engine, seen } = numbered();
  const instance = await engine.load();
  const report = () => {
    throw new SyntaxError("this file is damaged");
  };
  assert.throws(() => instance.run(report), SyntaxError);
  await assert.rejects(instance.runAsync(() => Promise.resolve().then(report)), SyntaxError);
  assert.equal(instance.ended, false);
  assert.deepEqual(seen, { started: 1, discarded: 0 });
});

Deno.test("any other error ends the instance, is logged once, and the next request gets a new one", async () => {
  using silent = new SilentErrors();
  const { engine, seen } = numbered();
  const instance = await engine.load();
  assert.throws(() => instance.run(crash), isFailure);
  assert.equal(instance.ended, true);
  assert.throws(() => instance.run((number) => number), isFailure);
  await assert.rejects(instance.runAsync((number) => Promise.resolve(number)), isFailure);
  assert.equal((await engine.load()).run((number) => number), 2);
  assert.deepEqual(seen, { started: 2, discarded: 1 });
  assert.equal(silent.lines.length, 1);
  const { event, engine: name, error } = JSON.parse(silent.lines[0]);
  assert.deepEqual([event, name], ["engine_crashed", "numbers"]);
  assert.match(error, /unreachable/);
});

Deno.test("work in a crashed instance does not end the new one", async () => {
  using _ = new SilentErrors();
  const { engine, seen } = numbered();
  const instance = await engine.load();
  const { promise, reject } = Promise.withResolvers<never>();
  const late = instance.runAsync(() => promise);
  assert.throws(() => instance.run(crash), isFailure);
  const next = await engine.load();
  reject(new RangeError("Maximum call stack size exceeded"));
  await assert.rejects(late, isFailure);
  assert.equal(next.ended, false);
  assert.equal(await engine.load(), next);
  assert.deepEqual(seen, { started: 2, discarded: 1 });
});

Deno.test("an engine that fails to start is started again by the next request", async () => {
  let tries = 0;
  const engine = new WasmEngine({
    name: "late",
    start: () => ++tries === 1 ? Promise.reject(new Error("no such file")) : Promise.resolve(tries),
  });
  await assert.rejects(engine.load(), /no such file/);
  assert.equal((await engine.load()).run((number) => number), 2);
});
