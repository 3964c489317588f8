/** Where the page's Supabase is. */
export interface PageSettings {
  /** The project's API address. */
  url: string;
  /** Its publishable (or anon) key; it may be public. */
  publishableKey: string;
  /** Who can sign in here, for the local stack only. */
  demoUser?: { email: string; password: string };
}

/**
 * Finds the settings: `VITE_SUPABASE_URL` and `VITE_SUPABASE_PUBLISHABLE_KEY` as they were when the page was built, or
 * else `/config.json` of the server that serves it, as the local stack does.
 *
 * @throws Error with a sentence for the reader, where there are none
 */
export async function loadPageSettings(): Promise<PageSettings> {
  const {
    VITE_SUPABASE_URL: url,
    VITE_SUPABASE_PUBLISHABLE_KEY: publishableKey,
  } = import.meta.env;
  if (url && publishableKey) return { url, publishableKey };
  const response = await fetch("/config.json").catch(() => null);
  const settings: unknown = await response?.json().catch(() => null);
  if (isSettings(settings)) return settings;
  throw new Error(
    "The page does not know its Supabase. Build it with VITE_SUPABASE_URL and VITE_SUPABASE_PUBLISHABLE_KEY set.",
  );
}

function isSettings(value: unknown): value is PageSettings {
  return typeof value === "object" && value !== null &&
    "url" in value && typeof value.url === "string" &&
    "publishableKey" in value && typeof value.publishableKey === "string";
}
