// Proves how `deno task batch` reads its arguments.
import assert from "node:assert/strict";
import { readArguments } from "../../../dev/batch/arguments.ts";

const ENV = { SUPABASE_URL: "https://ref.supabase.co", SUPABASE_SECRET_KEY: "sb_secret_env" };
const OF_ENV = { url: "https://ref.supabase.co", key: "sb_secret_env", results: undefined };

Deno.test("a folder is sent with the options of its arguments", () => {
  const args = ["photos/", "--url", "http://127.0.0.1:1", "--key", "sb_secret_x"];
  const options = ["--options", '{"shadow":"none"}', "--webhook", "https://x.example/done"];
  const time = ["--not-before", "2026-01-31T22:00:00+01:00", "--results", "out.jsonl"];
  assert.deepEqual(readArguments([...args, ...options, ...time], ENV), {
    kind: "send",
    ...{ url: "http://127.0.0.1:1", key: "sb_secret_x", results: "out.jsonl" },
    ...{ folder: "photos", detach: false },
    settings: {
      options: { shadow: "none" },
      notBefore: "2026-01-31T21:00:00.000Z",
      webhook: "https://x.example/done",
      ...{ force: undefined, again: undefined },
    },
  });
});

Deno.test("address and key may come from the environment", () => {
  const { url, key } = readArguments(["/"], ENV);
  assert.deepEqual([url, key], [ENV.SUPABASE_URL, ENV.SUPABASE_SECRET_KEY]);
});

Deno.test("a forced batch of the same photos is a new one each time", () => {
  const read = (flag: string) => {
    const command = readArguments(["photos", flag], ENV);
    assert.ok(command.kind === "send");
    return command.settings;
  };
  assert.notEqual(read("--again").again, read("--again").again);
  assert.equal(read("--again").force, undefined);
  const { force, again } = read("--force");
  assert.ok(force && again);
});

Deno.test("batches are attached to, requeued and cancelled by their ids", () => {
  for (const kind of ["attach", "requeue", "cancel"] as const) {
    const command = readArguments([`--${kind}`, "a", "b", "a"], ENV);
    assert.deepEqual(command, { ...OF_ENV, kind, ids: ["a", "b"] });
  }
});

Deno.test("invalid arguments are refused before anything is sent", () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /Expected one folder/],
    [["a", "b"], /Expected one folder/],
    [["a", "--optoins", "{}"], /--optoins/],
    [["a", "--options", "{shadow}"], /Expected JSON for --options/],
    [["a", "--options", '{"padding":-1}'], /options\.padding: a whole number between 0 and 1000/],
    [["a", "--options", "[]"], /--options: options: an object such as/],
    [["a", "--not-before", "tonight"], /Expected a time for --not-before/],
    [["a", "--not-before", "1"], /Expected a time for --not-before/],
    [["a", "--webhook", "here"], /Expected an address for --webhook/],
    [["--attach"], /Expected --attach ID/],
    [["--attach", "a", "--cancel"], /Expected one of --attach, --cancel/],
    [["--requeue", "a", "--options", "{}"], /Expected --options with a folder, not with --requeue/],
    [["--attach", "a", "--detach"], /Expected --detach with a folder/],
    [["a", "--detach", "--results", "x"], /Expected --results with --attach/],
    [["a", "--url", "here"], /Expected SUPABASE_URL/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(() => readArguments(args, ENV), { name: "BatchError", message }, args.join(" "));
  }
  assert.throws(() => readArguments(["a"], {}), /Expected SUPABASE_URL/);
  assert.throws(
    () => readArguments(["a"], { SUPABASE_URL: ENV.SUPABASE_URL }),
    /Expected SUPABASE_SECRET_KEY/,
  );
});
