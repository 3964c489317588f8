import { z } from "zod";
import { type ComponentName, describe, type JsonObject, refOf } from "./notes.ts";

/** A schema of the function's, and what its fields are; none where it is no object. */
export interface NamedSchema {
  schema: z.ZodType;
  /** What it is. */
  description: string;
  /** See `describe`. */
  notes?: Readonly<Record<string, unknown>>;
}

/**
 * Makes JSON Schemas of zod schemas, in which those of them refer to each other by name.
 *
 * @param named The schemas.
 * @param io Whether they tell what may be sent to a schema, or what comes out of it.
 * @throws {Error} If a field has no description.
 */
export function toJsonSchemas<Name extends ComponentName>(
  named: Record<Name, NamedSchema>,
  io: "input" | "output",
): Record<Name, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, { schema }] of Object.entries<NamedSchema>(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => refOf(id as ComponentName),
    override: ({ jsonSchema }) => simplify(jsonSchema as JsonObject),
  });
  const described = Object.fromEntries(
    Object.entries<NamedSchema>(named).map(([id, { description, notes }]): [string, JsonObject] => {
      const { $schema: _, $id: __, ...schema } = schemas[id] as JsonObject;
      if (notes) describe(schema, notes);
      return [id, { description, ...schema }];
    }),
  );
  return described as Record<Name, JsonObject>;
}

/** Takes out what tells nobody anything, and writes out an object whose few fields zod describes by their names' pattern. */
function simplify(schema: JsonObject): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.contentEncoding === "base64") delete schema.format;
  if (schema.contentEncoding ?? schema.format) delete schema.pattern;
  const { propertyNames, additionalProperties } = schema;
  if (typeof propertyNames !== "object" || propertyNames === null) return;
  delete schema.propertyNames;
  const { enum: names } = propertyNames as { enum?: string[] };
  if (!names) return;
  schema.properties = Object.fromEntries(
    names.map((name) => [name, structuredClone(additionalProperties)]),
  );
  schema.additionalProperties = false;
}
