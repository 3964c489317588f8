import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** The parts of a response that the interface documents. */
export interface ContractAnswer {
  /** The URL of the response; empty without a network in between: any operation may then have made it. */
  url: string;
  /** The request's method; if unset, any operation of the path may have made the response. */
  method?: string;
  status: number;
  headers: Headers;
  body: string;
}

/** A header of a response in the document. */
interface HeaderObject {
  required?: boolean;
  schema: Record<string, unknown>;
}

interface Reference {
  $ref: string;
}

/** A response in the document. */
interface ResponseObject {
  headers?: Record<string, HeaderObject | Reference>;
  content?: Record<string, { schema: unknown }>;
}

/** The parts of an operation in the document that are read here. */
export interface Operation {
  operationId: string;
  parameters?: ({ name: string; in: string; schema: Record<string, unknown> } | Reference)[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, ResponseObject | Reference>;
}

/** The parts of the document that are read here. */
export interface ContractDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, Record<string, unknown>>>;
}

/** The function's interface as documented in the project. A test compares it with the one that the function serves. */
export const CONTRACT: ContractDocument = JSON.parse(
  Deno.readTextFileSync(new URL("../../docs/openapi.json", import.meta.url)),
);

const ID = "contract";
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
formats.default(ajv);
ajv.addSchema(CONTRACT, ID);
const validators = new Map<string, ValidateFunction>();

/** Follows a reference within the document. */
export function resolved<T extends object>(value: T | Reference): T {
  if (!("$ref" in value)) return value;
  const parts = (value as Reference).$ref.slice(2).split("/").map(unescape);
  return parts.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], CONTRACT) as T;
}

/**
 * Finds what is wrong with a value by a schema of the document.
 *
 * @param pointer The names on the path to the schema.
 * @param value The value.
 * @returns The faults; none if the value is valid.
 */
export function schemaFaults(pointer: readonly string[], value: unknown): string[] {
  const $ref = `${ID}#/${pointer.map(escape).join("/")}`;
  const validate = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, validate);
  if (validate(value)) return [];
  return validate.errors!.map(({ instancePath, message, params }) =>
    `${instancePath || "/"} ${message} ${JSON.stringify(params)}`
  );
}

/** Checks whether a schema without references allows a value. */
export function isAllowed(schema: Record<string, unknown>, value: unknown): boolean {
  return ajv.validate(schema, value);
}

/**
 * Finds what is wrong with a response by the document: its status, type, body and headers.
 *
 * @returns The faults; none if the response is documented.
 */
export function contractFaults(answer: ContractAnswer): string[] {
  const all = candidates(answer).map(([path, method]) => faultsOf(path, method, answer));
  return all.find((faults) => faults.length === 0) ?? all[0];
}

/**
 * Checks that a response is documented.
 *
 * @param response The response.
 * @param body The response's body, which has already been read.
 * @param method The request's method; if unset, any operation of the path may have made the response.
 */
export function assertDocumented(response: Response, body: string, method?: string): void {
  const { url, status, headers } = response;
  const faults = contractFaults({ url, method, status, headers, body });
  const answer = `${method ?? ""} ${url}: ${status} ${body.slice(0, 500)}`;
  assert.deepEqual(faults, [], `This is not what docs/openapi.json says of ${answer}`);
}

/** Finds what is wrong with a webhook call of the function by the document. */
export function webhookFaults(
  name: string,
  method: string,
  sent: Headers,
  body: string,
): string[] {
  const { parameters = [] } = CONTRACT.webhooks[name][method.toLowerCase()];
  const pointer = ["webhooks", name, method.toLowerCase(), "requestBody", "content"];
  return [
    ...parameters.flatMap((parameter) => {
      const { name, schema } = resolved(parameter);
      return isAllowed(schema, sent.get(name)) ? [] : [`the header ${name} is ${sent.get(name)}`];
    }),
    ...schemaFaults([...pointer, sent.get("content-type")!, "schema"], JSON.parse(body)),
  ];
}

/** Finds the documented path of a URL. */
export function pathOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  const path = pathname.replace(/^\/functions\/v1/, "");
  return Object.keys(CONTRACT.paths).find((template) =>
    new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path)
  );
}

/**
 * Finds the operations that may have made a response: for an unknown method all of the path, for an unknown path
 * all.
 */
function candidates({ url, method }: ContractAnswer): [path: string, method: string][] {
  const path = url === "" ? undefined : pathOf(url);
  const paths = path === undefined ? Object.keys(CONTRACT.paths) : [path];
  const all = paths.flatMap((path) =>
    Object.keys(CONTRACT.paths[path]).map((method): [string, string] => [path, method])
  );
  const own = all.filter(([, one]) => one === method?.toLowerCase());
  return own.length > 0 ? own : all;
}

function faultsOf(path: string, method: string, answer: ContractAnswer): string[] {
  const at = ["paths", path, method, "responses", String(answer.status)];
  const documented = CONTRACT.paths[path][method].responses[answer.status];
  if (!documented) return [`${method.toUpperCase()} ${path} has no answer of ${answer.status}`];
  const pointer = "$ref" in documented ? documented.$ref.slice(2).split("/") : at;
  const response = resolved<ResponseObject>(documented);
  return [
    ...bodyFaults(pointer, response, answer),
    ...headerFaults(response, answer.headers),
  ];
}

function bodyFaults(
  pointer: string[],
  { content }: ResponseObject,
  { headers, body }: ContractAnswer,
): string[] {
  if (!content) return body === "" ? [] : ["there is a body"];
  const type = headers.get("content-type")?.split(";")[0].trim() ?? "none";
  if (!content[type]) return [`the type ${type} is not documented`];
  if (type !== "application/json") return [];
  return schemaFaults([...pointer, "content", type, "schema"], JSON.parse(body));
}

function headerFaults({ headers = {} }: ResponseObject, sent: Headers): string[] {
  return Object.entries(headers).flatMap(([name, documented]) => {
    const { required, schema } = resolved<HeaderObject>(documented);
    const value = sent.get(name);
    if (value === null) return required ? [`the header ${name} is missing`] : [];
    const typed = schema.type === "integer" ? Number(value) : value;
    return isAllowed(schema, typed) ? [] : [`the header ${name} is ${value}`];
  });
}

function escape(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function unescape(part: string): string {
  return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
}
