import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** An answer, as far as the function's interface says something of it. */
export interface ContractAnswer {
  /** Where it came from; empty where no network was in between: any operation may then have answered it. */
  url: string;
  /** Unset where it is not known: any operation of the path may then have answered it. */
  method?: string;
  status: number;
  headers: Headers;
  body: string;
}

/** A header of an answer in the document. */
interface HeaderObject {
  required?: boolean;
  schema: Record<string, unknown>;
}

interface Reference {
  $ref: string;
}

/** An answer in the document. */
interface ResponseObject {
  headers?: Record<string, HeaderObject | Reference>;
  content?: Record<string, { schema: unknown }>;
}

/** An operation in the document, as far as it is looked at. */
export interface Operation {
  operationId: string;
  parameters?: ({ name: string; in: string; schema: Record<string, unknown> } | Reference)[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, ResponseObject | Reference>;
}

/** The document, as far as it is looked at. */
export interface ContractDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, Record<string, unknown>>>;
}

/** The function's interface as it is kept in the project; a test holds it to what the function serves. */
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
 * What a value has wrong by a schema of the document.
 *
 * @param pointer Where the schema is, by the names that lead to it.
 * @param value The value.
 * @returns Nothing if it is right.
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

/** Whether a schema without references allows a value. */
export function isAllowed(schema: Record<string, unknown>, value: unknown): boolean {
  return ajv.validate(schema, value);
}

/**
 * What an answer has wrong by the document: its status, its type, its body, its headers.
 *
 * @returns Nothing if it is documented.
 */
export function contractFaults(answer: ContractAnswer): string[] {
  const all = candidates(answer).map(([path, method]) => faultsOf(path, method, answer));
  return all.find((faults) => faults.length === 0) ?? all[0];
}

/**
 * Checks that an answer is documented.
 *
 * @param response The answer.
 * @param body Its body, which has been read.
 * @param method The request's; unless it is known, any operation of the path may have answered.
 */
export function assertDocumented(response: Response, body: string, method?: string): void {
  const { url, status, headers } = response;
  const faults = contractFaults({ url, method, status, headers, body });
  const answer = `${method ?? ""} ${url}: ${status} ${body.slice(0, 500)}`;
  assert.deepEqual(faults, [], `This is not what docs/openapi.json says of ${answer}`);
}

/** What a call of the function's to somebody else has wrong by the document. */
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

/** The documented path that an address is at. */
export function pathOf(url: string): string | undefined {
  const { pathname } = new URL(url);
  const path = pathname.replace(/^\/functions\/v1/, "");
  return Object.keys(CONTRACT.paths).find((template) =>
    new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path)
  );
}

/** The operations that may have answered: one that is not there is answered as any of its path, or of all. */
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
