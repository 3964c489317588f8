// Proves that the OpenAPI document is valid, complete and up to date.
import { Validator } from "@seriousme/openapi-schema-validator";
import assert from "node:assert/strict";
import { contractFiles } from "../contract/contract_files.ts";
import { ERROR_CATALOGUE } from "../shared/errors.ts";
import { STORED_REPLY } from "../contract/reply_examples.ts";
import { toJsonSchemas } from "../contract/json_schemas.ts";
import { described } from "../shared/lib/described.ts";
import { z } from "zod";
import { CONTRACT, contractFaults, resolved, schemaFaults } from "./helpers/contract.ts";
import { brokenApp } from "./helpers/broken_app.ts";
import { textOf } from "./helpers/sources.ts";

type Node = Record<string, unknown>;

/** Every object of the document, by its path. */
function* nodes(value: unknown, at: string[] = []): Generator<[at: string[], node: Node]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Node];
  for (const [name, inner] of Object.entries(value)) {
    if (name !== "value" && name !== "example") yield* nodes(inner, [...at, name]);
  }
}

const operations = Object.entries(CONTRACT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
);

Deno.test("the files that `deno task openapi` writes are up to date", async () => {
  for (const [path, text] of await contractFiles()) {
    assert.ok(textOf(path) === text, `${path} is out of date: run "deno task openapi"`);
  }
});

Deno.test("the document is OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(textOf("docs/openapi.json")));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, "3.1");
  const { valid: isBroken } = await new Validator().validate({ ...CONTRACT, paths: [] });
  assert.equal(isBroken, false);
});

Deno.test("every reference in the document resolves", () => {
  let count = 0;
  for (const [at, { $ref }] of nodes(CONTRACT)) {
    if (typeof $ref !== "string") continue;
    assert.ok(resolved({ $ref }), `${at.join("/")}: ${$ref}`);
    count++;
  }
  assert.ok(count > 100);
});

Deno.test("every example in the document matches its own schema", () => {
  let count = 0;
  for (const [at, node] of nodes(CONTRACT)) {
    if (node.example !== undefined && node.schema) {
      assert.deepEqual(schemaFaults([...at, "schema"], node.example), [], at.join("/"));
      count++;
    }
    if (!node.examples || !node.schema) continue;
    for (const [name, example] of Object.entries(node.examples as Record<string, Node>)) {
      const { value } = resolved<Node>(example);
      assert.deepEqual(schemaFaults([...at, "schema"], value), [], [...at, name].join("/"));
      count++;
    }
  }
  assert.ok(count > 100);
});

Deno.test("each error code is a response of some operation, under its own status only", () => {
  const found = new Set<string>();
  for (const { path, operation } of operations) {
    for (const [status, answer] of Object.entries(operation.responses)) {
      const { content } = resolved(answer);
      const { examples = {} } = (content?.["application/json"] ?? {}) as { examples?: Node };
      for (const code of Object.keys(examples)) {
        if (!(code in ERROR_CATALOGUE)) continue;
        const own = ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE].status;
        assert.equal(String(own), status, `${path} ${code}`);
        found.add(code);
      }
    }
  }
  assert.deepEqual([...found].sort(), Object.keys(ERROR_CATALOGUE).sort());
});

Deno.test("the function's routes and the document's operations are the same", () => {
  const routes = brokenApp().routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/process-image"))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}").replace(/\/$/, "")}`);
  const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assert.deepEqual([...new Set(routes)].sort(), documented.sort());
});

Deno.test("every field, parameter and header has a description, every operation a summary", () => {
  for (const [at, node] of nodes(CONTRACT)) {
    const [kind, name] = at.slice(-2);
    const isField = kind === "properties" && !at.includes("allOf");
    const isHeader = at.length === 3 && at[1] === "headers";
    if (isField || isHeader || at.at(-2) === "parameters") {
      const { description } = resolved<Node>(node as { $ref: string });
      const text = node.description ?? description;
      assert.ok(typeof text === "string" && text.length > 3, `${at.join("/")} ${name}`);
    }
  }
  for (const { operation } of operations) assert.ok("summary" in operation);
});

Deno.test("a schema with a field without a description cannot be converted", () => {
  const known = described(z.string(), "Known.");
  const convert = (field: z.ZodType) =>
    toJsonSchemas(
      {
        Health: z.object({ list: z.array(z.object({ field })).describe("List.") }).describe("It."),
      },
      "output",
    );
  assert.deepEqual(convert(known).Health.description, "It.");
  assert.match(JSON.stringify(convert(known)), /"description":"Known\."/);
  assert.throws(() => convert(z.string()), /^Error: Health\.list\.field has no description: add/);
});

Deno.test("an undocumented answer is detected", () => {
  const reply = STORED_REPLY;
  const url = "http://127.0.0.1/functions/v1/process-image";
  const headers = { "content-type": "application/json", "x-request-id": "a" };
  const answer = (body: unknown, status = 200, more: Record<string, string> = {}) =>
    contractFaults({
      url,
      status,
      headers: new Headers({ ...headers, ...more }),
      body: JSON.stringify(body),
    });
  assert.deepEqual(answer(reply), []);
  const changed: [unknown, RegExp][] = [
    [{ ...reply, extra: 1 }, /extra must be string/],
    [{ ...reply, metadata: { ...reply.metadata, extra: 1 } }, /extra must be object/],
    [{ ...reply, served_by: "old" }, /must be equal to constant/],
    [{ ...reply, warnings: [{ code: "odd", message: "" }] }, /allowed values/],
    [{ ...reply, metadata: { ...reply.metadata, reused: 1 } }, /must be boolean/],
    [{ ...reply, storage_urls: { grid: "no address" } }, /must match format "uri"/],
    [{ ...reply, request_id: undefined }, /must have required property 'request_id'/],
  ];
  for (const [body, fault] of changed) assert.match(answer(body).join("\n"), fault);
  assert.match(answer(reply, 201).join(), /no answer of 201/);
  assert.match(answer(reply, 200, { "content-type": "text/html" }).join(), /type text\/html/);
  const error = { code: "forbidden", message: "No.", retryable: false };
  const refused = { success: false, error, request_id: "a" };
  assert.deepEqual(answer(refused, 403), []);
  assert.match(answer(refused, 404).join(), /allowed values/);
  assert.match(
    answer({ ...refused, error: { ...error, code: "batch_not_found" } }, 404).join(),
    /allowed values/,
  );
  const bare = contractFaults({
    ...{ url, status: 403, headers: new Headers({ "content-type": "application/json" }) },
    body: JSON.stringify(refused),
  });
  assert.match(bare.join(), /x-request-id is missing/);
});
