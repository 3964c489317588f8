/** The types that get plain text. OpenMetrics is not supported, but its readers accept the older format too. */
const TEXT_TYPES = ["text/plain", "application/openmetrics-text"];

/** Number of characters of the header that are read. Browsers send 150. */
const MAX_CHARACTERS = 4 << 10;

const JSON_TYPE = "application/json";

/**
 * Checks whether a caller prefers plain text to JSON, by the rules of the `Accept` header (RFC 9110): the most
 * specific range that matches a type decides its quality. JSON wins a tie.
 *
 * @param accept The header. A missing one, or one without known types, means JSON.
 */
export function prefersText(accept: string | null): boolean {
  const ranges = (accept ?? "").slice(0, MAX_CHARACTERS).split(",").map(parseRange);
  const text = Math.max(...TEXT_TYPES.map((type) => qualityOf(type, ranges)));
  return text > qualityOf(JSON_TYPE, ranges);
}

interface Range {
  /** `type/subtype`, `type/*` or the range of all types, in lower case. */
  type: string;
  /** 0 to 1. */
  quality: number;
}

function parseRange(text: string): Range {
  const [type, ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const given = parameters.map((one) => /^q\s*=\s*([01](\.\d{0,3})?)$/.exec(one)?.[1])
    .find((quality) => quality !== undefined);
  return { type, quality: Math.min(1, Number(given ?? 1)) };
}

function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const pattern of [type, `${type.split("/")[0]}/*`, "*/*"]) {
    const matching = ranges.filter((range) => range.type === pattern);
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality));
  }
  return 0;
}
