// Proves that the end of a test run names each failure.
import assert from "node:assert/strict";
import { failuresOf } from "../../dev/test_report.ts";

Deno.test("failuresOf() reads the failed tests and steps of a report", () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="3" failures="2" errors="0" time="0.104">
    <testsuite name="./tests/a_test.ts" tests="3" disabled="0" errors="0" failures="2">
        <testcase name="a &amp; b" classname="./tests/a_test.ts" time="0.002" line="1" col="6">
            <failure message="Uncaught Error: no &lt;good&gt;
second line">Error: no &lt;good&gt;</failure>
        </testcase>
        <testcase name="fine" classname="./tests/a_test.ts" time="0.000" line="1" col="155">
        </testcase>
        <testcase name="outer &gt; inner" classname="./tests/a_test.ts" time="0.001" line="1" col="106">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
    </testsuite>
</testsuites>`;
  assert.deepEqual(failuresOf(report), [
    {
      file: "./tests/a_test.ts",
      name: "a & b",
      message: "Uncaught Error: no <good> | second line",
    },
    { file: "./tests/a_test.ts", name: "outer > inner", message: "1 test step failed" },
  ]);
});
