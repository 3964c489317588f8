import type { Setting } from "../shared/lib/setting.ts";
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

/** The settings by section, in their order. */
export function settingSections(): { title: string; settings: SettingFacts[] }[] {
  const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
  const starts = [...SECTIONS.map(([, first]) => names.indexOf(first)), names.length];
  return SECTIONS.map(([title], index) => ({
    title,
    settings: names.slice(starts[index], starts[index + 1]).map(factsOf),
  }));
}

function factsOf(name: keyof typeof SETTINGS): SettingFacts {
  const { expected, unset, description }: Setting<unknown> = SETTINGS[name];
  return {
    name,
    accepts: expected,
    defaultText: textOf(unset?.value),
    isRequired: unset === undefined,
    description,
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" || value === undefined ? "" : String(value);
}
