/**
 * The Supabase Edge Function `process-image`: read the settings, put the parts together, answer requests.
 *
 * From here: the routes are in `shared/app.ts`, the steps of one photo in `shared/photo/process_photo.ts`. In detail:
 * - EXIF orientation: `shared/image/decode/decode.ts` (`autoOrient`)
 * - bodies and their limits (413): `shared/photo/body/parse_body.ts`; all codes and statuses: `shared/errors.ts`
 * - shadow and blur: `shared/image/edit/shadow.ts`; the steps of a variant: `shared/image/pipeline.ts`
 * - a batch item and its retries: `shared/batch/worker.ts`, `batch_report` in `supabase/migrations/20260106000000_batches.sql`
 * - Storage and its failures: `shared/photo/store_result.ts`, `shared/storage/variant_store.ts`
 * - what fits into an isolate: `shared/isolate/admission.ts`, with the costs in `shared/isolate/cpu_costs.ts`
 *
 * @module
 */
import { readConfig } from "../../shared/config.ts";
import { createApp } from "../../shared/app.ts";
import { createServices } from "../../shared/services.ts";

const config = readConfig(Deno.env.toObject(), "EdgeRuntime" in globalThis);
const services = createServices(config);
const app = createApp(services);
services.shutdown.listen();

export default { fetch: app.fetch };
