/**
 * The Supabase Edge Function `process-image`: read the settings, put the parts together, answer requests.
 *
 * From here: routes in `shared/app.ts`, one photo's way in `shared/photo/process_photo.ts`.
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
