import { DESCRIPTIONS } from "../shared/lib/described.ts";
import { SETTINGS } from "../shared/settings.ts";

/** The documentation of a setting. */
export interface SettingFacts {
  name: string;
  /** The values that it accepts, in words. */
  accepts: string;
  /** The default as text; empty if there is none, or if it depends on other settings. */
  defaultText: string;
  isRequired: boolean;
  /** Sentences in Markdown. */
  description: string;
}

/** Sections of the settings: the title, and the section's first setting. */
const SECTIONS: readonly (readonly [title: string, first: keyof typeof SETTINGS])[] = [
  ["Project", "SUPABASE_URL"],
  ["Addresses", "PUBLIC_SUPABASE_URL"],
  ["Access", "ADMIN_ROLES"],
  ["API4.ai", "API4AI_KEY"],
  ["Storage", "STORAGE_BUCKET"],
  ["Limits", "MAX_IMAGE_BYTES"],
  ["Rollout", "ROLLOUT_PERCENT"],
  ["Batches", "WEBHOOK_SECRET"],
  ["Metrics and traces", "RUNS_RETENTION_DAYS"],
];

/** Values of which every setting rejects at least one, with its expectation as the message. */
const WRONG_VALUES = ["", "%", "https://a.example/?b", "x".repeat(10_000)];

/**
 * The settings by section, in their order.
 *
 * @throws {Error} If a setting has no description.
 */
export function settingSections(): { title: string; settings: SettingFacts[] }[] {
  const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
  const starts = [...SECTIONS.map(([, first]) => names.indexOf(first)), names.length];
  return SECTIONS.map(([title], index) => ({
    title,
    settings: names.slice(starts[index], starts[index + 1]).map(factsOf),
  }));
}

function factsOf(name: keyof typeof SETTINGS): SettingFacts {
  const schema = SETTINGS[name];
  const description = DESCRIPTIONS.get(schema);
  if (description === undefined) throw new Error(`${name} has no description: add described()`);
  const issues = WRONG_VALUES.flatMap((value) => schema.safeParse(value).error?.issues ?? []);
  const longestFirst = issues.map(({ message }) => message).sort((a, b) => b.length - a.length);
  const { success, data } = schema.safeParse(undefined);
  return {
    name,
    accepts: longestFirst[0],
    defaultText: textOf(data),
    isRequired: !success,
    description,
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" || value === undefined ? "" : String(value);
}
