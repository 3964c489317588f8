// Proves that every error code is tested over HTTP and documented.
import assert from "node:assert/strict";
import { filesIn, textOf } from "./helpers/sources.ts";
import { AppError, ERROR_CATALOGUE, type ErrorCode } from "../shared/errors.ts";

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

Deno.test("every error code is expected by a test over HTTP", () => {
  const overHttp = filesIn("tests").map(textOf)
    .filter((source) =>
      /helpers\/(call|on_both_denos|full_isolate|in_process_photo)\.ts"/.test(source)
    );
  const sources = overHttp.join("");
  assert.deepEqual(CODES.filter((code) => !sources.includes(`"${code}"`)), []);
});

Deno.test("docs/errors.md lists every error code with its status", async () => {
  const page = await Deno.readTextFile(new URL("../docs/errors.md", import.meta.url));
  assert.deepEqual(
    CODES.filter((code) => !page.includes(`\`${code}\` | ${ERROR_CATALOGUE[code].status} |`)),
    [],
  );
});

Deno.test("an error's status and retryability come from the catalogue", () => {
  for (const code of CODES) {
    const error = new AppError(code, "Sentence.");
    const { status, retryable } = ERROR_CATALOGUE[code];
    assert.deepEqual([error.code, error.status, error.retryable], [code, status, retryable]);
    assert.equal(error.retryAfterSeconds === undefined, !retryable);
    assert.ok(status >= 400 && status <= 599);
  }
});
