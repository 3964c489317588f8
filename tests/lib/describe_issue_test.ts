// Proves how a validation error is described.
import assert from "node:assert/strict";
import { z } from "zod";
import { describeIssue, type InputIssue, issueSentence } from "../../shared/lib/describe_issue.ts";

const schema = z.strictObject({
  padding: z.int({ error: "whole number" }).optional(),
  options: z.strictObject({ list: z.array(z.string({ error: "text" })) }).optional(),
  frame: z.union([
    z.literal("none"),
    z.strictObject({
      box: z.union([z.strictObject({ width: z.int({ error: "width" }) }), z.int()]),
    }),
    z.strictObject({ line: z.number({ error: "number" }) }),
  ], { error: "none, a box or a line" }).optional(),
}, { error: "object" });

function issueOf(input: unknown): InputIssue {
  const parsed = schema.safeParse(input);
  assert.ok(!parsed.success);
  return describeIssue(parsed.error, input);
}

const CASES: [input: unknown, issue: InputIssue, sentence: string][] = [
  [
    { padding: "wide" },
    { field: "padding", expected: "whole number", received: '"wide" of type string' },
    'Expected whole number for padding but received "wide" of type string.',
  ],
  [
    { padding: Infinity },
    { field: "padding", expected: "whole number", received: "Infinity of type number" },
    "Expected whole number for padding but received Infinity of type number.",
  ],
  [
    { options: { list: ["a", 5] } },
    { field: "options.list.1", expected: "text", received: "5 of type number" },
    "Expected text for options.list.1 but received 5 of type number.",
  ],
  [
    { sise: 3 },
    { field: "sise", expected: "no such field", received: "3 of type number" },
    "There is no field sise. Remove it, or correct its name or its place.",
  ],
  [
    { options: { list: [], colour: null } },
    { field: "options.colour", expected: "no such field", received: "null of type null" },
    "There is no field options.colour. Remove it, or correct its name or its place.",
  ],
  [
    { frame: 3 },
    { field: "frame", expected: "none, a box or a line", received: "3 of type number" },
    "Expected none, a box or a line for frame but received 3 of type number.",
  ],
  [
    { frame: { line: "low" } },
    { field: "frame.line", expected: "number", received: '"low" of type string' },
    'Expected number for frame.line but received "low" of type string.',
  ],
  [
    { frame: { box: { width: 0.5 } } },
    { field: "frame.box.width", expected: "width", received: "0.5 of type number" },
    "Expected width for frame.box.width but received 0.5 of type number.",
  ],
  [
    { frame: { box: { width: 1, height: 2 } } },
    { field: "frame.box.height", expected: "no such field", received: "2 of type number" },
    "There is no field frame.box.height. Remove it, or correct its name or its place.",
  ],
  [
    { frame: { colour: 1 } },
    {
      field: "frame",
      expected: "none, a box or a line",
      received: '{"colour":1} of type object',
    },
    'Expected none, a box or a line for frame but received {"colour":1} of type object.',
  ],
  [
    [1, 2],
    { field: "", expected: "object", received: "[1,2] of type array" },
    "Expected object for the input but received [1,2] of type array.",
  ],
  [
    undefined,
    { field: "", expected: "object", received: "nothing" },
    "Expected object for the input but received nothing.",
  ],
];

for (const [input, issue, sentence] of CASES) {
  Deno.test(`describeIssue() describes ${JSON.stringify(input)}`, () => {
    assert.deepEqual(issueOf(input), issue);
    assert.equal(issueSentence(issue), sentence);
  });
}

Deno.test("describeIssue() shortens the received value", () => {
  const { received } = issueOf({ padding: "x".repeat(9_000) });
  assert.ok(received.length < 80, received);
  assert.match(received, /^"x+\.\.\. of type string$/);
});

Deno.test("describeIssue() reports only the first issue", () => {
  assert.equal(issueOf({ padding: null, options: 4 }).field, "padding");
});

Deno.test("describeIssue() shows the start of a value that is large or too deep for JSON.stringify", () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 20_000; depth++) deep = [deep];
  assert.match(issueOf({ padding: deep }).received, /^\[{57}\.\.\. of type array$/);
  const many = { a: 1, b: ["x", null, { c: true }], d: "y".repeat(5_000) };
  const beginning = '{"a":1,"b":["x",null,{"c":true}],"d":"yyyyyyyyyyyyyyyyyyy...';
  assert.equal(issueOf({ padding: many }).received, `${beginning} of type object`);
  assert.equal(issueOf({ padding: {} }).received, "{} of type object");
});

Deno.test("describeIssue() shortens a field's name", () => {
  const { field } = issueOf({ ["x".repeat(5_000)]: 1 });
  assert.equal(field, `${"x".repeat(97)}...`);
});
