import { Buffer } from "node:buffer";
import fc from "fast-check";
import { CONTRACT, isAllowed, type Operation, resolved, schemaFaults } from "./contract.ts";
import { changedOf, consistent, type Known, type Schema, validOf } from "./schema_arbitrary.ts";

/** A request that is generated from the document. */
export interface PlannedRequest {
  method: string;
  /** The path below the server's address, with the query. */
  target: string;
  headers: Record<string, string>;
  /** The body's type, if there is a body. */
  type?: string;
  /** The body's value; unset for a photo's bare bytes. */
  value?: unknown;
}

/** Parameters that the function ignores if they are wrong. */
const LENIENT = new Set(["x-request-id", "traceparent", "if-none-match", "deep"]);

/** A part of a request, with generators of valid and of broken values. */
interface Part {
  valid: fc.Arbitrary<Record<string, unknown>>;
  broken?: fc.Arbitrary<Record<string, unknown>>;
}

/**
 * Generates requests for an operation from the document.
 *
 * @param path The operation's path in the document.
 * @param method The method, in lower case.
 * @param isBroken Whether one part of each request is wrong.
 * @param known Values for fields and parameters with certain names.
 * @param only The only type of the body. @default any type of the operation
 * @returns The requests; `null` if no part of them can be wrong.
 */
export function plannedRequests(
  path: string,
  method: string,
  isBroken: boolean,
  known: Known,
  only?: string,
): fc.Arbitrary<PlannedRequest> | null {
  const operation = CONTRACT.paths[path][method];
  const types = Object.keys(operation.requestBody?.content ?? {}).filter((type) =>
    only === undefined || type === only
  );
  const each = types.length > 0 ? types : [undefined];
  const all = each.flatMap((type) => ofType(path, method, operation, type, isBroken, known));
  return all.length > 0 ? fc.oneof(...all) : null;
}

function ofType(
  path: string,
  method: string,
  operation: Operation,
  type: string | undefined,
  isBroken: boolean,
  known: Known,
): fc.Arbitrary<PlannedRequest>[] {
  const isBytes = type !== undefined && !/json|form/.test(type);
  const isPhoto = operation.operationId === "processPhoto";
  const parts: Record<string, Part> = {
    query: isPhoto && !isBytes ? none : queryOf(operation, isPhoto, known),
    header: parametersOf(operation, "header", known),
    path: { valid: parametersOf(operation, "path", known).valid },
    body: type === undefined || isBytes ? none : bodyOf(path, method, type, known),
  };
  const valid = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, part.valid] as const),
  );
  const plan = (values: Record<string, Record<string, unknown>>): PlannedRequest => {
    const query = new URLSearchParams(
      Object.entries(values.query).map(([name, value]) => [name, queryText(value)]),
    );
    const filled = path.replace(
      /\{(\w+)\}/g,
      (_, name) => encodeURIComponent(String(values.path[name])),
    );
    const headers = Object.entries(values.header).map(([name, value]) => [name, String(value)]);
    return {
      method: method.toUpperCase(),
      target: query.size > 0 ? `${filled}?${query}` : filled,
      headers: Object.fromEntries(headers),
      ...(type !== undefined && { type, value: isBytes ? undefined : values.body.value }),
    };
  };
  if (!isBroken) return [fc.record(valid).map(plan)];
  return Object.entries(parts).flatMap(([name, { broken }]) =>
    broken ? [fc.record({ ...valid, [name]: broken }).map(plan)] : []
  );
}

/** The query. A photo's has the rules of the same fields in JSON. */
function queryOf(operation: Operation, isPhoto: boolean, known: Known): Part {
  const query = parametersOf(operation, "query", known);
  if (!isPhoto) return query;
  const rules = resolved({ $ref: "#/components/schemas/PhotoRequest" }) as Schema;
  return { ...query, valid: query.valid.map((values) => consistent(values, rules)) };
}

const none: Part = { valid: fc.constant({}) };

function parametersOf({ parameters = [] }: Operation, where: string, known: Known): Part {
  const all = parameters.map((one) => resolved(one)).filter((one) => one.in === where);
  const properties = Object.fromEntries(all.map(({ name, schema }) => [name, schema as Schema]));
  const required = where === "path" ? Object.keys(properties) : [];
  const valid = validOf({ type: "object", properties, required }, known) as Part["valid"];
  const strict = all.filter(({ name }) => !LENIENT.has(name));
  if (strict.length === 0) return { valid };
  const broken = fc.constantFrom(...strict).chain(({ name, schema }) => {
    const wrong = changedOf(schema as Schema, known).map((value) => asText(schema, value))
      .filter((value) => where !== "header" || isSendable(String(value)))
      .filter((value) => !isAllowed(schema, value));
    return fc.tuple(valid, wrong).map(([values, value]) => ({ ...values, [name]: value }));
  });
  return { valid, broken };
}

function bodyOf(path: string, method: string, type: string, known: Known): Part {
  const pointer = ["paths", path, method, "requestBody", "content", type, "schema"];
  const { schema } = CONTRACT.paths[path][method].requestBody!.content[type];
  const { properties = {} } = schema as Schema;
  const wrong = changedOf(schema as Schema, known).map((value) => {
    if (type !== "multipart/form-data") return value;
    // In a form, a field of type string arrives as text. The function converts other fields, known or not.
    const fields = Object.entries(value as object).map(([name, field]) =>
      [name, name === "file" ? field : asText(properties[name] ?? {}, field)] as const
    );
    return Object.fromEntries(fields);
  }).filter((value) => schemaFaults(pointer, value).length > 0);
  const asBody = (value: unknown) => ({ value });
  return { valid: validOf(schema as Schema, known).map(asBody), broken: wrong.map(asBody) };
}

/** Converts the value of a field of type string to the text that arrives, which never has a wrong type. */
function asText(schema: Schema, value: unknown): unknown {
  return schema.type === "string" ? String(value) : value;
}

function isSendable(header: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(header);
}

/** Converts a value to its text in a query: names separated by commas, an object as JSON, or the value itself. */
function queryText(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? JSON.stringify(value) : String(value);
}

/** Makes the body of a planned request, and its type. A form sets its own type. */
export function bodyInit(
  { type, value }: PlannedRequest,
  photo: Uint8Array<ArrayBuffer>,
): { body?: BodyInit; contentType?: string } {
  if (type === undefined) return {};
  if (type === "application/json") return { body: JSON.stringify(value), contentType: type };
  if (type !== "multipart/form-data") {
    return { body: photo, contentType: type.replace("*", "png") };
  }
  const form = new FormData();
  for (const [name, field] of Object.entries(value as object)) {
    if (name === "file" && typeof field === "string") {
      form.set(name, new Blob([new Uint8Array(Buffer.from(field, "base64"))]), "a.png");
    } else form.set(name, name === "options" ? JSON.stringify(field) : String(field));
  }
  return { body: form };
}
