import { checkDeepHealth, checkHealth } from "./check_health.ts";
import { checkMetricsMoved, type Metrics, readMetrics } from "./check_metrics.ts";
import { checkRefusal, REFUSALS } from "./check_errors.ts";
import { checkRemoval, checkStoredPhoto, checkTinyPhoto } from "./check_photos.ts";
import { SmokeClient, SmokeFailure } from "./client.ts";

/** The result of a check. */
export interface SmokeRow {
  check: string;
  ok: boolean;
  /** Duration, in milliseconds. */
  ms: number;
  /** Details of the answer, or the failure. */
  seen: string;
}

/**
 * Checks a deployed function step by step. It leaves only the real photo's three variants in Storage, always at the same
 * paths. It does not throw.
 *
 * @param url The function's address, or the project's.
 * @param key A secret key, or the token of an admin.
 * @param onRow Called after each check.
 */
export async function runSmoke(
  url: string,
  key: string,
  onRow: (row: SmokeRow) => void = () => {},
): Promise<SmokeRow[]> {
  const client = new SmokeClient(url, key);
  const rows: SmokeRow[] = [];
  const check = async (name: string, run: () => string | Promise<string>): Promise<void> => {
    const from = performance.now();
    const { ok, seen } = await outcomeOf(run);
    const row = { check: name, ok, ms: Math.round(performance.now() - from), seen };
    rows.push(row);
    onRow(row);
  };

  await check("health", () => checkHealth(client));
  await check("deep health", () => checkDeepHealth(client));
  const before: Metrics | Error = await readMetrics(client).catch((error) => error);
  await check("a small photo, in the answer", () => checkTinyPhoto(client));
  await check("a real photo, in Storage", () => checkStoredPhoto(client));
  await check("background removal", () => checkRemoval(client));
  await check("metrics moved", () => {
    if (before instanceof Error) throw before;
    return checkMetricsMoved(client, before);
  });
  for (const refusal of REFUSALS) await check(refusal.name, () => checkRefusal(client, refusal));
  return rows;
}

async function outcomeOf(
  run: () => string | Promise<string>,
): Promise<{ ok: boolean; seen: string }> {
  try {
    return { ok: true, seen: await run() };
  } catch (error) {
    const seen = error instanceof SmokeFailure ? error.message : `it broke: ${error}`;
    return { ok: false, seen };
  }
}
