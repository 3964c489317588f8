import type { z } from "zod";

/** The descriptions of schemas. Only `contract/` reads them. */
export const DESCRIPTIONS = new Map<z.ZodType, string>();

/**
 * Describes a schema in the documentation.
 *
 * Schemas that the function loads at boot use this instead of zod's `.meta()`, which clones the schema: 4 ms of CPU
 * for the 59 schemas on Deno 2.1.4, instead of less than 0.5 ms.
 *
 * @param schema The schema. Each field has its own instance.
 * @param description Sentences in Markdown.
 * @returns The same schema.
 */
export function described<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  DESCRIPTIONS.set(schema, description);
  return schema;
}
