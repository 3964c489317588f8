/** The page's Supabase project. */
export interface PageSettings {
  /** The project's API address. */
  url: string;
  /** Its publishable (or anon) key; it may be public. */
  publishableKey: string;
  /** A user for the sign-in form; local stack only. */
  demoUser?: { email: string; password: string };
}

/**
 * Loads the settings: `VITE_SUPABASE_URL` and `VITE_SUPABASE_PUBLISHABLE_KEY` from the build, or else `/config.json` from
 * the server of the page, as in the local stack.
 *
 * @throws Error with a sentence for the user, if there are none
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
    "The page has no Supabase settings. Build it with VITE_SUPABASE_URL and VITE_SUPABASE_PUBLISHABLE_KEY set.",
  );
}

function isSettings(value: unknown): value is PageSettings {
  return typeof value === "object" && value !== null &&
    "url" in value && typeof value.url === "string" &&
    "publishableKey" in value && typeof value.publishableKey === "string";
}
