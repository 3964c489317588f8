import { z } from "zod";
import { DESCRIPTIONS } from "../shared/lib/described.ts";
import { type ComponentName, type JsonObject, refOf } from "./json.ts";

/**
 * Converts zod schemas to JSON Schemas that refer to each other by name.
 *
 * @param named The schemas by their names in the document.
 * @param io The side of the schemas: what they accept, or what they return.
 * @throws {Error} If a schema or one of its fields has no description.
 */
export function toJsonSchemas<Name extends ComponentName>(
  named: Record<Name, z.ZodType>,
  io: "input" | "output",
): Record<Name, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries<z.ZodType>(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => refOf(id as ComponentName),
    override: ({ zodSchema, jsonSchema }) => {
      const description = DESCRIPTIONS.get(zodSchema as unknown as z.ZodType);
      if (description !== undefined) jsonSchema.description = description;
      simplify(jsonSchema as JsonObject);
    },
  });
  const converted = Object.entries(schemas as Record<string, JsonObject>).map(
    ([id, { $schema: _, $id: __, ...schema }]): [string, JsonObject] => {
      checkDescriptions(schema, id);
      return [id, schema];
    },
  );
  return Object.fromEntries(converted) as Record<Name, JsonObject>;
}

/** Removes what zod writes and no reader needs. */
function simplify(schema: JsonObject): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.contentEncoding === "base64") delete schema.format;
  if (schema.contentEncoding ?? schema.format) delete schema.pattern;
  delete schema.propertyNames;
}

/** Checks that a schema and each of its fields has a description. */
function checkDescriptions(schema: JsonObject, path: string): void {
  if (typeof schema.description !== "string" && !schema.$ref) {
    throw new Error(`${path} has no description: add .describe() or described() to its schema`);
  }
  checkFields(schema, path);
}

function checkFields({ properties, items, anyOf }: JsonObject, path: string): void {
  for (const [name, field] of Object.entries((properties ?? {}) as Record<string, JsonObject>)) {
    checkDescriptions(field, `${path}.${name}`);
  }
  for (const inner of [items, ...(anyOf ?? []) as JsonObject[]]) {
    if (inner) checkFields(inner as JsonObject, path);
  }
}
