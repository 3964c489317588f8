import assert from "node:assert/strict";
import { type Reply, variantMetadataSchema } from "../../../shared/photo/reply_schema.ts";

/** Returns the size and type of a variant, whatever its name, and checks the form of its facts. */
export function metadataOf({ metadata }: Reply, name: string) {
  assert.ok(metadata[name], `there is no ${name}`);
  const { width, height, format } = variantMetadataSchema.parse(metadata[name]);
  return { width, height, format };
}
