import fc from "fast-check";
import { resolved } from "./contract.ts";

/** The parts of JSON Schema that the document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: { required: string[] }[];
  /** Fields that others need. */
  dependentRequired?: Record<string, string[]>;
  /** Values of fields that others need. */
  dependentSchemas?: Record<string, { properties: Record<string, { const: unknown }> }>;
  anyOf?: Schema[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** Generators for fields that a schema alone cannot generate: photos, addresses, times. */
export type Known = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Maximum number of items in a generated list; the document allows hundreds. */
const MAX_ITEMS = 4;

/** Values that are wrong for every field, also as text in a query. */
const WRONG = [null, "wide", -1.5, 1e9, {}, [], [["x"]], "", "x".repeat(2_100), "#12", "../x"];

/**
 * Generates values that a schema allows.
 *
 * @param schema A schema of the document.
 * @param known Values for fields of these names.
 */
export function validOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { type, const: only, enum: all, ...rest } = followed(schema);
  if (only !== undefined) return fc.constant(only);
  if (all) return fc.constantFrom(...all);
  if (rest.anyOf) return fc.oneof(...rest.anyOf.map((one) => validOf(one, known)));
  switch (type) {
    case "object":
      return objectOf({ type, ...rest }, known);
    case "array":
      return fc.array(validOf(rest.items!, known), {
        minLength: rest.minItems ?? 0,
        maxLength: Math.min(rest.maxItems ?? MAX_ITEMS, MAX_ITEMS),
      });
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: rest.minimum ?? -1_000, max: Math.min(rest.maximum ?? 1e9, 1e9) });
    case "number":
      return fc.double({ min: rest.minimum, max: rest.maximum, noNaN: true });
    case "string":
      return rest.pattern ? fc.stringMatching(new RegExp(rest.pattern)) : textOf(rest);
    default:
      throw new Error(`No values are made of ${JSON.stringify(schema)}`);
  }
}

/**
 * Generates values with one change, most of which the schema does not allow.
 *
 * @param schema A schema of the document.
 * @param known Values for fields of these names.
 */
export function changedOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { type, properties = {}, items, ...limits } = followed(schema);
  const wrong = fc.constantFrom<unknown>(...WRONG, ...beyond(limits));
  if (type === "array") {
    const item = validOf(items!, known);
    const list = fc.array(item, { maxLength: 2 });
    const changed = fc.tuple(list, changedOf(items!, known)).map(([all, one]) => [...all, one]);
    const tooMany = item.map((one) => Array((limits.maxItems ?? 0) + 1).fill(one));
    return fc.oneof(wrong, changed, ...(limits.maxItems ? [tooMany] : []));
  }
  if (type !== "object") return wrong;
  const whole = validOf(schema, known) as fc.Arbitrary<Record<string, unknown>>;
  const names = Object.keys(properties);
  const inField = fc.constantFrom(...names).chain((name) =>
    fc.tuple(whole, changedOf(properties[name], known)).map(([value, field]) => ({
      ...value,
      [name]: field,
    }))
  );
  const withField = fc.tuple(whole, fc.stringMatching(/^[a-z]{3,9}_[a-z]{3,9}$/), fc.integer())
    .map(([value, name, field]) => ({ ...value, [name]: field }));
  const without = fc.tuple(whole, fc.constantFrom(...names)).map(([value, name]) => {
    const { [name]: _, ...rest } = value;
    return rest;
  });
  return fc.oneof({ arbitrary: inField, weight: 4 }, withField, without);
}

/**
 * Returns values just outside the limits, to prove that the function's limits are no wider than the documented
 * ones.
 */
function beyond({ minimum, maximum, maxLength }: Schema): unknown[] {
  return [
    ...minimum === undefined ? [] : [minimum - 1],
    ...maximum === undefined ? [] : [maximum + 1],
    ...maxLength === undefined ? [] : ["x".repeat(maxLength + 1)],
  ];
}

/** Generates objects with exactly one set of the fields that exclude each other. */
function objectOf({ properties = {}, required = [], oneOf, ...rules }: Schema, known: Known) {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) =>
      [name, known[name] ?? validOf(schema, known)] as const
    ),
  );
  const of = (chosen: string[]) => {
    const excluded = (oneOf ?? []).flatMap((one) => one.required)
      .filter((name) => !chosen.includes(name));
    const kept = Object.entries(fields).filter(([name]) => !excluded.includes(name));
    return fc.record(Object.fromEntries(kept), { requiredKeys: [...required, ...chosen] })
      .map((value) => consistent(value, rules));
  };
  return oneOf ? fc.oneof(...oneOf.map((one) => of(one.required))) : of([]);
}

/**
 * Makes the fields of an object consistent with each other: sets the fields that others need to the values that they need, and
 * removes the others.
 */
export function consistent(
  value: Record<string, unknown>,
  { dependentRequired = {}, dependentSchemas = {} }: Schema,
): Record<string, unknown> {
  const known = { ...value };
  for (const [name, { properties }] of Object.entries(dependentSchemas)) {
    if (!(name in known)) continue;
    for (const [field, { const: only }] of Object.entries(properties)) known[field] = only;
  }
  for (const [name, needed] of Object.entries(dependentRequired)) {
    if (needed.some((field) => !(field in known))) delete known[name];
  }
  return known;
}

/** Generates ordinary text in any script. Its length is counted in UTF-16 units. */
function textOf({ minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 40) })
    .filter((text) => text.length <= maxLength);
}

function followed(schema: Schema): Schema {
  return schema.$ref ? followed(resolved({ $ref: schema.$ref }) as Schema) : schema;
}
