import { z } from "zod";
import { boxSchema, qualitySchema, warningCodeSchema } from "../photo/reply_schema.ts";

// The function imports the types only, so that these schemas cost nothing at boot.

const px = z.int().positive();
const vehicleId = z.string().describe("Id of the vehicle.");
const requestId = z.string().describe("Id of the request.");
const photoHash = z.string().describe(
  "SHA-256 of the photo's file, 64 hexadecimal digits: the photo's name in the set.",
);

const photoSchema = z.strictObject({
  photo_hash: photoHash,
  position: z.int().nonnegative().describe("Place in the set's order. Numbers can be left out."),
  filename: z.string().nullable().describe("The request's `filename`; `null` if it had none."),
  original_size: z.tuple([px, px])
    .describe("Width and height of the photo in pixels, after EXIF orientation."),
  storage_urls: z.record(z.string(), z.url()).describe(
    "Public URLs of the variants that the photo's last request named, by their names.",
  ),
  variants: z.record(
    z.string(),
    z.strictObject({
      width: px.describe("In pixels."),
      height: px.describe("In pixels."),
      subject: boxSchema.nullable()
        .describe("The car's box in the variant's pixels; `null` if it is unknown."),
    }).describe("A variant."),
  ).describe("Size and car of each of these variants."),
  quality: qualitySchema,
  warnings: z.array(z.strictObject({
    code: warningCodeSchema,
    message: z.string().describe("What happened, as a sentence."),
  })).describe("See `PhotoReply.warnings`."),
});

const share = (what: string) => z.number().nonnegative().describe(`${what}, to four decimals.`);
const spreadSchema = (what: string) =>
  z.strictObject({
    min: share("The smallest of all photos"),
    max: share("The largest of all photos"),
    spread: share("`max` minus `min`: 0 if the photos are the same"),
  }).nullable().describe(`${what} \`null\` if no photo's car is known.`);

const consistencySchema = z.strictObject({
  photos: z.int().nonnegative().describe("Number of the photos whose car is known."),
  car_width: spreadSchema("Width of the car as a share of the frame's width."),
  ground_line: spreadSchema(
    "Lower edge of the car: its distance from the frame's top as a share of the frame's height.",
  ),
}).describe("How much the place of the car differs between the photos.");

/** The body of `GET` and `PUT /process-image/vehicles/{id}`. */
export const vehicleReplySchema = z.strictObject({
  vehicle_id: vehicleId,
  cover: z.string().nullable()
    .describe("The `photo_hash` of the cover; `null` if none is chosen: use the first photo."),
  photos: z.array(photoSchema).describe("The photos in their order."),
  consistency: z.record(z.string(), consistencySchema)
    .describe("The consistency of each variant that all photos have."),
  request_id: requestId,
}).describe("The photos of a vehicle.");

/** The body of `GET` and `PUT /process-image/vehicles/{id}`. */
export type VehicleReply = z.infer<typeof vehicleReplySchema>;

/** The consistency of one variant. */
export type Consistency = z.infer<typeof consistencySchema>;

/** The body of `DELETE /process-image/vehicles/{id}`. */
export const vehicleForgottenSchema = z.strictObject({
  vehicle_id: vehicleId,
  photos: z.int().positive().describe("Number of photos that the set had. Their files stay."),
  request_id: requestId,
}).describe("A set that is forgotten.");

/** The body of `DELETE /process-image/vehicles/{id}`. */
export type VehicleForgotten = z.infer<typeof vehicleForgottenSchema>;
