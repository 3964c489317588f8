/** A part of an OpenAPI document: what JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** An object of it. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** The schemas that the document names. */
export type ComponentName =
  | "PhotoOptions"
  | "StoragePath"
  | "PhotoRequest"
  | "PhotoReply"
  | "VariantMetadata"
  | "WarningCode"
  | "LegacyReply"
  | "StepEvent"
  | "AnswerEvent"
  | "BatchRequest"
  | "BatchCreated"
  | "Batch"
  | "Requeue"
  | "WorkAccepted"
  | "Health"
  | "DeepHealth"
  | "Metrics"
  | "Figures"
  | "ErrorReply"
  | "ErrorCode"
  | "PlatformError";

/**
 * What each field of an object is, by the object's own keys: one that nobody describes is a type error.
 *
 * A field that is an object has notes of its own, or is a component of the document.
 */
export type Notes<T> = { readonly [K in keyof T]-?: Note<NonNullable<T[K]>> };

type Note<T> = T extends readonly (infer Item)[] ? ObjectNote<NonNullable<Item>>
  : ObjectNote<T>;

type ObjectNote<T> = [T] extends [object]
  ? string extends keyof T ? string : readonly [string, Notes<T> | ComponentName]
  : string | readonly [string, ComponentName];

/** Where the document keeps a schema. */
export function refOf(name: ComponentName): string {
  return `#/components/schemas/${name}`;
}

/**
 * Writes the notes into a schema, as descriptions of its fields.
 *
 * @param schema The JSON Schema of an object, of an array of them, or of one that may be null. It is changed.
 * @param notes What its fields are.
 * @throws {Error} If the schema has a field without a note, or one that is no such component.
 */
export function describe(schema: JsonObject, notes: Readonly<Record<string, unknown>>): void {
  const properties = fieldsOf(schema);
  for (const [name, field] of Object.entries(properties)) {
    const note = notes[name];
    if (typeof note === "string") {
      field.description = note;
    } else if (Array.isArray(note)) {
      const [text, below] = note;
      field.description = text;
      if (typeof below !== "string") describe(field, below);
      else if (!JSON.stringify(field).includes(`"${refOf(below as ComponentName)}"`)) {
        throw new Error(`${name} is no ${below}`);
      }
    } else {
      throw new Error(`Nothing says what ${name} is`);
    }
  }
}

function fieldsOf(schema: JsonObject): Record<string, JsonObject> {
  const { properties, items, anyOf } = schema as {
    properties?: Record<string, JsonObject>;
    items?: JsonObject;
    anyOf?: JsonObject[];
  };
  if (properties) return properties;
  const inner = items ?? anyOf?.find(({ type }) => type === "object");
  if (!inner) throw new Error(`No object: ${JSON.stringify(schema)}`);
  return fieldsOf(inner);
}
