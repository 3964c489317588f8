/** The names of settings whose value is a secret, and the form of values that look like one. */
const SECRET = /KEY|SECRET$|JWKS$|HEADERS$/;
const LIKE_A_SECRET = /sb_secret_|eyJ|:\/\/[^/]*@/;

/**
 * Describes a setting that is missing or wrong, without showing a secret.
 *
 * @param name The setting's name.
 * @param expected A description of the accepted values.
 * @param given The settings' current values.
 * @returns A sentence that names the setting.
 */
export function settingFault(
  name: string,
  expected: string,
  given: Record<string, string | undefined>,
): string {
  const value = given[name];
  if (value === undefined) return `${name} is not set: expected ${describeMissing(name)}.`;
  const shown = SECRET.test(name) || LIKE_A_SECRET.test(value)
    ? "another value"
    : `"${value.slice(0, 80)}"`;
  return `${name}: expected ${expected} but received ${shown}.`;
}

function describeMissing(name: string): string {
  return name === "SUPABASE_URL"
    ? "the project's API address, such as https://ref.supabase.co"
    : "a value";
}
