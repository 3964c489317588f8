import type { z } from "zod";
import { check } from "../../http/json_body.ts";
import { fail, type Result } from "../../lib/result.ts";
import { checkVariants } from "../presets/check_variants.ts";
import type { Looks } from "../presets/preset.ts";

/**
 * Checks the settings of a photo, with the portal's defaults for the options that the caller leaves out.
 *
 * @param schema A schema of settings with `options`.
 * @param input The settings as the caller sent them.
 * @param looks The portal's presets and defaults.
 * @returns The settings, or `invalid_request` or `invalid_options`.
 */
export function checkSettings<T extends z.ZodType<{ options: { variants: string[] } }>>(
  schema: T,
  input: unknown,
  { presets, defaults }: Looks,
): Result<z.output<T>> {
  const parsed = check(schema, withDefaults(input, defaults));
  if (!parsed.ok) return parsed;
  const unknown = checkVariants(parsed.value.options, presets, "options.variants");
  return unknown ? fail(unknown) : parsed;
}

/**
 * Adds a portal's defaults to the options of a request. Input that is not an object stays as it is, for the schema to
 * refuse.
 *
 * @param input Settings with `options`.
 * @param defaults Options, in the form that callers send.
 */
export function withDefaults(input: unknown, defaults: Looks["defaults"]): unknown {
  if (Object.keys(defaults).length === 0 || !isObject(input)) return input;
  const { options = {} } = input;
  return isObject(options) ? { ...input, options: { ...defaults, ...options } } : input;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
