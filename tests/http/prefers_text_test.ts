// Proves for which Accept headers the metrics are sent as text.
import assert from "node:assert/strict";
import { prefersText } from "../../shared/http/prefers_text.ts";

const CASES: [accept: string | null, isText: boolean][] = [
  [null, false],
  ["", false],
  ["*/*", false],
  ["application/json, text/plain, */*", false],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false],
  ["image/png", false],
  ["text/plain", true],
  ["TEXT/Plain ; version=0.0.4", true],
  ["text/*", true],
  ["text/plain;q=0", false],
  ["text/plain;q=0, */*;q=0.1", false],
  ["text/plain;q=0.5, application/json;q=0.4", true],
  ["text/plain;q=0.4, application/json;q=0.5", false],
  ["text/plain;q=0.2, text/*;q=0.9, application/json;q=0.5", false],
  ["application/*;q=0.1, text/plain;q=0.2", true],
  ["application/openmetrics-text; version=1.0.0; charset=utf-8", true],
  // What Prometheus 2 and 3 send.
  [
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    true,
  ],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    true,
  ],
  [", ;q=;text/plain", false],
];

for (const [accept, isText] of CASES) {
  Deno.test(`Accept: ${accept} selects ${isText ? "text" : "JSON"}`, () => {
    assert.equal(prefersText(accept), isText);
  });
}
