// Proves that `.env.example` and docs/settings.md list exactly the function's settings and defaults.
import assert from "node:assert/strict";
import { readConfig } from "../shared/config.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));

/** Names and defaults in `.env.example`; an empty value is no default. */
const EXAMPLE = new Map(
  [...read(".env.example").matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map((
    [, name, value],
  ) => [name, value]),
);

/** The minimal settings. API4AI_KEY gives the address its default. */
const LEAST = {
  SUPABASE_URL: "https://ref.supabase.co",
  SUPABASE_SECRET_KEY: "k",
  API4AI_KEY: "a",
};

/** The names that readConfig() reads. */
function settings(): string[] {
  const names = new Set<string>();
  readConfig(
    new Proxy<Record<string, string>>(LEAST, {
      get: (env, name) => (names.add(String(name)), Reflect.get(env, name)),
    }),
  );
  return [...names];
}

Deno.test(".env.example has exactly the function's settings", () => {
  assert.deepEqual([...EXAMPLE.keys()].sort(), settings().sort());
});

Deno.test(".env.example shows readConfig()'s defaults", () => {
  const shown = Object.fromEntries([...EXAMPLE].filter(([, value]) => value !== ""));
  assert.ok(Object.keys(shown).length > 10);
  for (const [name, value] of Object.entries(shown)) {
    assert.deepEqual(readConfig({ ...LEAST, [name]: value }), readConfig(LEAST), name);
  }
});

Deno.test("docs/settings.md lists the same settings and defaults", () => {
  const rows = [...read("docs/settings.md").matchAll(/^\| `([A-Z][A-Z0-9_]*)` \|(.*?)\| /gm)];
  const listed = rows.map(([, name, cell]) => [name, /^`([^`]+)`$/.exec(cell.trim())?.[1] ?? ""]);
  assert.deepEqual(listed, [...EXAMPLE]);
});
