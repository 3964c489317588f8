import { z } from "zod";
import { ConfigError } from "../../config.ts";
import { describeIssue, issueSentence } from "../../lib/describe_issue.ts";
import { optionsSchema, variantName } from "../options.ts";
import { checkVariants } from "./check_variants.ts";
import { type Looks, type PRESET_OPTIONS, STANDARD_LOOKS, STANDARD_PRESETS } from "./preset.ts";
import { isReservedName } from "./reserved_names.ts";

/** Maximum number of a portal's own presets. */
const MAX_PRESETS = 8;

/** Bounds on a preset's width and height, in pixels. The upper one bounds the memory of a frame to 64 MB. */
const SIDE_PX = { min: 16, max: 4_096 };

/** The settings that describe a portal's looks, as JSON values. */
export interface LookSettings {
  /** `VARIANTS`. */
  variants?: unknown;
  /** `DEFAULT_OPTIONS`. */
  defaultOptions?: unknown;
}

/**
 * Reads a portal's presets and defaults from its settings.
 *
 * @throws {ConfigError} If a setting is wrong; the message names the setting and the field.
 */
export function readLooks({ variants, defaultOptions }: LookSettings): Looks {
  if (variants === undefined && defaultOptions === undefined) return STANDARD_LOOKS;
  const own = variants === undefined ? {} : checked("VARIANTS", presetsSchema(), variants);
  const presets = new Map([...STANDARD_PRESETS, ...Object.entries(own)]);
  if (defaultOptions === undefined) return { presets, defaults: {} };
  const options = checked("DEFAULT_OPTIONS", optionsSchema, defaultOptions);
  const unknown = checkVariants(options, presets, "variants");
  if (unknown) throw new ConfigError(`DEFAULT_OPTIONS: ${unknown.message}`);
  return { presets, defaults: defaultOptions as Looks["defaults"] };
}

function presetsSchema() {
  const sideError = `a whole number of pixels between ${SIDE_PX.min} and ${SIDE_PX.max}`;
  const side = z.int({ error: sideError }).min(SIDE_PX.min, { error: sideError })
    .max(SIDE_PX.max, { error: sideError });
  const { shape } = optionsSchema;
  const preset = z.strictObject(
    {
      ...{ width: side, height: side },
      // A preset fixes an option only if it names it, so the defaults of requests do not apply.
      fit: shape.fit.unwrap().optional(),
      framing: shape.framing.unwrap().optional(),
      background: shape.background.unwrap().optional(),
      shadow: shape.shadow.unwrap().optional(),
      format: shape.format.unwrap().optional(),
      quality: shape.quality.unwrap().optional(),
    } satisfies Record<"width" | "height" | typeof PRESET_OPTIONS[number], z.ZodType>,
    { error: 'an object such as {"width": 800, "height": 600}' },
  );
  return z.record(z.string(), preset, {
    error: 'an object such as {"wide": {"width": 1200, "height": 628}}',
  })
    .refine((all) => Object.keys(all).length <= MAX_PRESETS, {
      error: `at most ${MAX_PRESETS} presets`,
    })
    .superRefine((all, context) => {
      for (const name of Object.keys(all)) {
        const message =
          "the name of a preset (1 to 32 lower-case letters, digits and _, beginning with a letter; " +
          "not the name of a field of the answer)";
        if (variantName.safeParse(name).success && !isReservedName(name)) continue;
        context.addIssue({ code: "custom", path: [name], message });
      }
    });
}

function checked<T extends z.ZodType>(setting: string, schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const sentence = issueSentence(describeIssue(parsed.error, value));
  throw new ConfigError(`${setting}: ${sentence[0].toLowerCase()}${sentence.slice(1)}`);
}
