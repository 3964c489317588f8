import { z } from "zod";
import { described } from "../lib/described.ts";
import { onFirstUse } from "../lib/on_first_use.ts";
import { flag, optionsSchema } from "../photo/options.ts";
import {
  commonFields,
  NEEDS_VEHICLE,
  needsVehicle,
  storagePath,
  vehicleFields,
} from "../photo/body/request_schemas.ts";

// Functions create the schemas on first use: an isolate that only answers photos starts faster without them.

/** Bound on the photos of a batch. */
export const MAX_ITEMS = 500;

/** Bound on a batch's delay, in days. */
const MAX_DAYS_AHEAD = 30;

/** The body of `POST /process-image/batch`. */
export const batchRequestSchema = onFirstUse(makeRequest);

/** An item's processing settings, as the database stores them. */
export const itemSettingsSchema = onFirstUse(makeSettings);

/** The body of `POST /process-image/batch/{id}/requeue`. */
export const requeueSchema = onFirstUse(makeRequeue);

/** Characters that the database cannot store in JSON. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

function makeRequest() {
  const itemsError = `an array of 1 to ${MAX_ITEMS} items`;
  const urlError = "an address of at most 2048 characters, without NUL and lone surrogates";
  const timeError =
    `an ISO 8601 time with an offset, such as 2026-01-31T02:00:00Z, at most ${MAX_DAYS_AHEAD} days ahead`;
  const { options, filename, force, vehicle_id, position } = commonFields;
  const item = z.strictObject({
    storage_path: storagePath.describe(
      "The photo in Storage. A user needs the right to read it; a secret key reads everything.",
    ),
    ...{ options, force, vehicle_id, position },
    filename: described(
      filename.refine((name) => !UNSTORABLE.test(name ?? ""), {
        error: "text of at most 255 characters without NUL and lone surrogates",
      }),
      "Name of the photo, at most 255 UTF-16 code units, without NUL and lone surrogates. The answer repeats it in " +
        "`metadata.filename`; the gallery of admins shows it.",
    ),
  }, {
    error: 'an object {"storage_path", "options", "filename", "force", "vehicle_id", "position"}',
  }).refine(needsVehicle, NEEDS_VEHICLE);
  return z.strictObject({
    items: z.array(item, { error: itemsError }).min(1, { error: itemsError })
      .max(MAX_ITEMS, { error: itemsError }).describe(`The photos, 1 to ${MAX_ITEMS}.`),
    webhook_url: z.string({ error: urlError }).max(2_048, { error: urlError }).refine(
      (url) => !UNSTORABLE.test(url),
      { error: urlError },
    ).optional().describe(
      "URL that the function calls with `POST` when the batch ends: https, public, at most 2048 characters. It needs the setting " +
        "`WEBHOOK_SECRET`.",
    ),
    not_before: z.iso.datetime({ offset: true, error: timeError })
      .refine((time) => Date.parse(time) <= Date.now() + MAX_DAYS_AHEAD * 86_400_000, {
        error: timeError,
      }).optional().describe(
        `Earliest start, at most ${MAX_DAYS_AHEAD} days ahead: ISO 8601 with an offset. The default is now.`,
      ),
  }, { error: "a JSON object" }).describe("Photos in Storage.");
}

function makeSettings() {
  return z.object({
    options: optionsSchema.prefault({}),
    filename: z.string().nullish(),
    force: flag.default(false),
    ...vehicleFields,
  });
}

function makeRequeue() {
  const error = `an array of items' positions, 0 to ${MAX_ITEMS - 1}`;
  return z.strictObject({
    positions: z.array(z.int({ error }).min(0, { error }).max(MAX_ITEMS - 1, { error }), { error })
      .min(1, { error })
      .max(MAX_ITEMS, { error }).optional()
      .describe("Positions of failed items. The default is all failed items."),
  }, { error: "a JSON object" }).describe("Failed items to try again.");
}
