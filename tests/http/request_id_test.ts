// Proves which request ids are accepted from callers.
import assert from "node:assert/strict";
import { requestIdOf } from "../../shared/http/request_id.ts";

const idOf = (given?: string) =>
  requestIdOf(new Headers(given === undefined ? {} : { "x-request-id": given }));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

for (const sane of ["a", "req-1", "01HZY.ABC_def:9-x", "x".repeat(128)]) {
  Deno.test(`requestIdOf() accepts ${sane.slice(0, 20)}`, () => assert.equal(idOf(sane), sane));
}

for (
  const odd of ["", "two words", "x".repeat(129), "a;b", '"quoted"', "<b>", "a/b", "a%0ab", "é"]
) {
  Deno.test(`requestIdOf() creates an id instead of ${JSON.stringify(odd.slice(0, 20))}`, () => {
    assert.match(idOf(odd), UUID);
  });
}

Deno.test("requestIdOf() creates a new id for each request without one", () => {
  assert.match(idOf(), UUID);
  assert.notEqual(idOf(), idOf());
});
