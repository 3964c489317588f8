/**
 * The types of the function's interface. `deno task openapi` writes them from the schemas that the function checks requests
 * with. Do not edit them.
 *
 * @module
 */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description How to process a photo. Every option has a default. */
    PhotoOptions: {
      /**
       * @description Keep the background. API4.ai is not called.
       * @default false
       */
      skip_background_removal?: boolean;
      /**
       * @description Use the alpha channel of a photo that is already cut out as its mask, without calling API4.ai. `false` has the background of such a photo removed like any other's.
       * @default true
       */
      trust_alpha?: boolean;
      /**
       * @description `auto` crops to the car and the padding around it. `none` keeps the whole picture.
       * @default auto
       * @enum {string}
       */
      crop?: "auto" | "none";
      /**
       * @description Space around the car, in pixels of `processed`, 0 to 1000. It has no effect if `crop` is `none`.
       * @default 50
       */
      padding?: number;
      /**
       * @description `auto` draws a drop shadow if the background was removed, `drop` always, `none` never. That shadow is the car's silhouette: black, blurred by 15 pixels, 15 pixels to the right and down, at the scale of `processed`. `ground` makes the car stand on a floor: a dark, narrow shadow under the tyres and a wide, soft one under the body, if the background was removed and the photo's lower edge does not cut the car.
       * @default auto
       * @enum {string}
       */
      shadow?: "auto" | "drop" | "ground" | "none";
      /**
       * @description How dark the shadow is, 0 to 100: the opacity of `drop`, in per cent; the optical density of `ground`, which looks natural at 50.
       * @default 50
       */
      shadow_strength?: number;
      /**
       * @description Opacity of the car's reflection in a polished floor where the tyres stand, in per cent, 0 to 100. It fades out below. It is drawn under the same conditions as the `ground` shadow, with any `shadow`.
       * @default 0
       */
      reflection?: number;
      /**
       * @description How the car fits into `grid` and `detail`: `contain` shows all of it, undistorted; `cover` fills the frame, undistorted and cropped; `fill` stretches it.
       * @default contain
       * @enum {string}
       */
      fit?: "contain" | "cover" | "fill";
      /**
       * @description A fixed place of the car in every picture of a gallery: the same size, on the same ground line. An object, even an empty one, turns it on; `padding`, `crop` and `fit` then have no effect. A side at which the photo cuts the car lies at the frame's edge. The car is never enlarged more than 1.5 times. A photo that keeps its background ignores it. In a query it is JSON text.
       * @default none
       */
      framing?: "none" | {
        /**
         * @description Width of the car as a share of the frame's width, 0.5 to 1.
         * @default 0.86
         */
        car_width?: number;
        /**
         * @description Bound on the height of the car as a share of the frame's height, 0.5 to 1. Cars seen from the front or the back reach it before they reach the width.
         * @default 0.62
         */
        car_height?: number;
        /**
         * @description Height of the lowest tyre: its distance from the frame's top as a share of the frame's height, 0.5 to 1.
         * @default 0.84
         */
        ground_line?: number;
        /**
         * @description Horizontal alignment of a car that the photo does not cut.
         * @default center
         * @enum {string}
         */
        align?: "center";
        /**
         * @description Shape of `processed`, as `width:height`, 1:2 to 3:1. The default is the shape of `grid` and `detail`.
         * @default 3:2
         */
        aspect?: string;
      };
      /**
       * @description Licence plates: `keep` leaves them, `blur` makes them illegible, `{"cover": "#ffffff"}` covers them with a colour, `{"cover": {"storage_path": {"bucket", "path"}}}` with a picture of `BACKGROUND_BUCKETS`. The covered area is an upright rectangle that is a little larger than the plate, also over a turned plate. API4.ai finds plates only in its `hideclp` modes, so a photo whose cutout is cached without plates is sent once more. If no plate is found, the photo has the warning `plate_not_found`. In a query, an object is JSON text.
       * @default keep
       */
      plate?: ("keep" | "blur") | {
        /** @description The colour, a CSS hex colour of 3, 4, 6 or 8 digits, or a picture in Storage, such as the dealer's sign. It is opaque: alpha is ignored, and a picture's transparent parts are white. */
        cover: string | {
          /** @description A picture in Storage, which covers the plate. */
          storage_path: {
            /** @description Name of a bucket that `BACKGROUND_BUCKETS` lists. */
            bucket: string;
            /** @description Path of the object in the bucket, as of a photo's `storage_path`. */
            path: string;
          };
        };
      };
      /**
       * @description Type of the variants. `png` files are ten times the size. `jpeg` has no transparency: the car is on white unless `background` sets another colour.
       * @default webp
       * @enum {string}
       */
      format?: "webp" | "png" | "jpeg";
      /**
       * @description Quality of `webp` and `jpeg`, 1 to 100. `png` is lossless and ignores it.
       * @default 84
       */
      quality?: number;
      /**
       * @description What is behind the car: `transparent`; a CSS hex colour of 3, 4, 6 or 8 digits; `{"studio": {...}}`, a wall and a floor; or `{"storage_path": {"bucket", "path"}}`, a picture in Storage, which covers the frame. In a query the objects are JSON text.
       * @default transparent
       */
      background?: string | {
        /** @description A wall and a floor, painted in a soft light. */
        studio: {
          /**
           * @description Colour of the wall, a CSS hex colour of 3 or 6 digits.
           * @default #eceef1
           */
          wall?: string;
          /**
           * @description Colour of the floor, a CSS hex colour of 3 or 6 digits.
           * @default #dcdfe3
           */
          floor?: string;
          /**
           * @description Distance of the horizon from the frame's top as a share of its height, 0 to 1. Wall and floor meet there in a soft curve.
           * @default 0.62
           */
          horizon?: number;
        };
      } | {
        /** @description A picture in Storage, which covers the plate. */
        storage_path: {
          /** @description Name of a bucket that `BACKGROUND_BUCKETS` lists. */
          bucket: string;
          /** @description Path of the object in the bucket, as of a photo's `storage_path`. */
          path: string;
        };
      };
      /**
       * @description The variants to render: `processed` (the crop at its own size), `grid` (600 x 400 pixels), `detail` (1200 x 800 pixels); by name also `google_vehicle_ads` (800 x 600 pixels, JPEG), `facebook_square` (600 x 600 pixels, JPEG), `facebook_wide` (1200 x 628 pixels, JPEG), and the portal's own (`VARIANTS`).
       * @default [
       *       "processed",
       *       "grid",
       *       "detail"
       *     ]
       */
      variants?: string[];
      /**
       * @description Warnings that refuse the photo: if it has one of them, the answer is 422 `quality_rejected`, and nothing is stored. A warning that cannot be judged, because the photo kept its background, refuses nothing.
       * @default []
       */
      require?: (
        | "car_cut_off"
        | "car_small"
        | "blurry"
        | "too_dark"
        | "overexposed"
        | "several_subjects"
        | "cutout_uncertain"
        | "image_damaged"
        | "crop_uncertain"
        | "plate_not_found"
        | "photo_small"
      )[];
    };
    /** @description A photo in Storage. */
    StoragePath: {
      /** @description Name of a bucket that `SOURCE_BUCKETS` lists. */
      bucket: string;
      /** @description Path of the object in the bucket, at most 1024 characters, without empty segments, `.`, `..`, backslashes or control characters. */
      path: string;
    };
    /** @description A photo and its settings. It has either `image_base64` or `storage_path`. */
    PhotoRequest: {
      /** @description Name of the photo, at most 255 UTF-16 code units. The answer repeats it in `metadata.filename`; the gallery of admins shows it for a stored result. */
      filename?: string;
      /**
       * @description How to process the photo.
       * @default {}
       */
      options?: components["schemas"]["PhotoOptions"];
      /**
       * @description Write the variants to Storage. The answer then has `storage_urls`, and no images unless `return_images` is true.
       * @default false
       */
      upload_to_storage?: boolean;
      /** @description Return the images as base64. The default is the opposite of `upload_to_storage`. */
      return_images?: boolean;
      /**
       * @description Render the photo even if Storage has the result of the same photo with the same options.
       * @default false
       */
      force?: boolean;
      /** @description The vehicle to whose set of photos this one belongs: 1 to 64 letters A to Z and a to z, digits, `-` and `_`. A single photo then needs `upload_to_storage`. */
      vehicle_id?: string;
      /** @description Place of a new photo in the vehicle's set, 0 to 499: a photo that is there moves back. The default is the end. A photo that the set has already keeps its place. */
      position?: number;
      /** @description The photo as base64 or base64url, or as a `data:` URL. White space is ignored. Decoded, it has at most `MAX_IMAGE_BYTES` (41943040 by default). */
      image_base64?: string;
      /** @description A photo in Storage, instead of `image_base64`. The function reads it with the caller's own rights. */
      storage_path?: components["schemas"]["StoragePath"];
    };
    /** @description Photos in Storage. */
    BatchRequest: {
      /** @description The photos, 1 to 500. */
      items: {
        /** @description The photo in Storage. A user needs the right to read it; a secret key reads everything. */
        storage_path: components["schemas"]["StoragePath"];
        /**
         * @description How to process the photo.
         * @default {}
         */
        options?: components["schemas"]["PhotoOptions"];
        /**
         * @description Render the photo even if Storage has the result of the same photo with the same options.
         * @default false
         */
        force?: boolean;
        /** @description The vehicle to whose set of photos this one belongs: 1 to 64 letters A to Z and a to z, digits, `-` and `_`. A single photo then needs `upload_to_storage`. */
        vehicle_id?: string;
        /** @description Place of a new photo in the vehicle's set, 0 to 499: a photo that is there moves back. The default is the end. A photo that the set has already keeps its place. */
        position?: number;
        /** @description Name of the photo, at most 255 UTF-16 code units, without NUL and lone surrogates. The answer repeats it in `metadata.filename`; the gallery of admins shows it. */
        filename?: string;
      }[];
      /**
       * Format: uri
       * @description URL that the function calls with `POST` when the batch ends: https, public, at most 2048 characters. It needs the setting `WEBHOOK_SECRET`.
       */
      webhook_url?: string;
      /**
       * Format: date-time
       * @description Earliest start, at most 30 days ahead: ISO 8601 with an offset. The default is now.
       */
      not_before?: string;
    };
    /** @description Failed items to try again. */
    Requeue: {
      /** @description Positions of failed items. The default is all failed items. */
      positions?: number[];
    };
    /** @description Photos to delete. */
    DeleteRequest: {
      /** @description The photos, 1 to 50, each by its hash or by the path of its original. */
      photos: ({
        /** @description The SHA-256 of the photo's file, as 64 hexadecimal digits. Result URLs have it. */
        photo_hash?: string;
        storage_path?: components["schemas"]["StoragePath"];
      } & (unknown | unknown))[];
    };
    /** @description A new order of a vehicle's photos. */
    VehicleOrder: {
      /** @description The `photo_hash` of every photo of the set, in the new order. Each photo is named once. */
      photos: string[];
      /** @description The `photo_hash` of the cover; `null` for none. Without this field, the cover stays. */
      cover?: string | null;
    };
    /** @description A photo that the function's own pipeline processed. The portal's own variants (`VARIANTS`) have fields of their own, in the form of `grid`. */
    PhotoReply: {
      /**
       * @description Always true.
       * @constant
       */
      success: true;
      /** @description The variant `processed` (the crop at its own size) as a base64 file. Absent if it was uploaded or not requested. */
      processed?: string;
      /** @description The variant `grid` (600 x 400 pixels) as a base64 file. Absent if it was uploaded or not requested. */
      grid?: string;
      /** @description The variant `detail` (1200 x 800 pixels) as a base64 file. Absent if it was uploaded or not requested. */
      detail?: string;
      /** @description The variant `google_vehicle_ads` (800 x 600 pixels) as a base64 file. Absent if it was uploaded or not requested. */
      google_vehicle_ads?: string;
      /** @description The variant `facebook_square` (600 x 600 pixels) as a base64 file. Absent if it was uploaded or not requested. */
      facebook_square?: string;
      /** @description The variant `facebook_wide` (1200 x 628 pixels) as a base64 file. Absent if it was uploaded or not requested. */
      facebook_wide?: string;
      /** @description The photo and its variants. The portal's own variants (`VARIANTS`) have fields of their own, in the form of `grid`. */
      metadata: {
        /** @description Width and height of the photo in pixels, after EXIF orientation. */
        original_size: [
          number,
          number,
        ];
        /** @description The request's `filename`; `null` if it had none. */
        filename: string | null;
        /** @description The part of the photo that the variants show, in the photo's pixels after EXIF orientation. */
        crop: components["schemas"]["Box"];
        /** @description The car's box in each variant: its pixels that are more than half opaque or, in a photo that kept its background, those that are not white. `null` if it is unknown. */
        subject:
          | ({
            /** @description The car in `processed`. */
            processed?: components["schemas"]["Box"];
            /** @description The car in `grid`. */
            grid?: components["schemas"]["Box"];
            /** @description The car in `detail`. */
            detail?: components["schemas"]["Box"];
            /** @description The car in `google_vehicle_ads`. */
            google_vehicle_ads?: components["schemas"]["Box"];
            /** @description The car in `facebook_square`. */
            facebook_square?: components["schemas"]["Box"];
            /** @description The car in `facebook_wide`. */
            facebook_wide?: components["schemas"]["Box"];
          } & {
            [key: string]: components["schemas"]["Box"];
          })
          | null;
        /** @description File of `processed`. Absent if it was not requested. */
        processed?: components["schemas"]["VariantMetadata"];
        /** @description File of `grid`. Absent if it was not requested. */
        grid?: components["schemas"]["VariantMetadata"];
        /** @description File of `detail`. Absent if it was not requested. */
        detail?: components["schemas"]["VariantMetadata"];
        /** @description File of `google_vehicle_ads`. Absent if it was not requested. */
        google_vehicle_ads?: components["schemas"]["VariantMetadata"];
        /** @description File of `facebook_square`. Absent if it was not requested. */
        facebook_square?: components["schemas"]["VariantMetadata"];
        /** @description File of `facebook_wide`. Absent if it was not requested. */
        facebook_wide?: components["schemas"]["VariantMetadata"];
        quality: components["schemas"]["Quality"];
        /** @description Background removal. */
        background: {
          /** @description If false although removal was requested, `warnings` gives the reason. */
          removed: boolean;
          /** @description Source of the cutout: `api4ai`, another service that `API4AI_PROVIDER` names (`simulator` on the local stack), or `own_alpha` for a photo that came as a cutout. `null` if the photo kept its background. */
          provider: string | null;
          /** @description The cutout was cached, so this request paid for none. */
          cached: boolean;
        };
        /** @description Storage already had the result, and nothing was rendered. */
        reused: boolean;
        /** @description Wall time of each step in milliseconds, and `total`. Steps are `auth`, `body`, `source`, `route`, `lookup`, `queue`, `decode`, `background`, `crop`, `processed`, `grid`, `detail`, `store`, `vehicle` and `hand_over`; later versions may add some. */
        timings_ms: {
          [key: string]: number;
        };
      } & {
        [key: string]: unknown;
      };
      /** @description Public URLs of the uploaded variants. Each file exists. */
      storage_urls?: {
        /**
         * Format: uri
         * @description URL of `processed`.
         */
        processed?: string;
        /**
         * Format: uri
         * @description URL of `grid`.
         */
        grid?: string;
        /**
         * Format: uri
         * @description URL of `detail`.
         */
        detail?: string;
        /**
         * Format: uri
         * @description URL of `google_vehicle_ads`.
         */
        google_vehicle_ads?: string;
        /**
         * Format: uri
         * @description URL of `facebook_square`.
         */
        facebook_square?: string;
        /**
         * Format: uri
         * @description URL of `facebook_wide`.
         */
        facebook_wide?: string;
      } & {
        [key: string]: string;
      };
      /** @description The photo's place in its vehicle's set, if the request has `vehicle_id`. The set has the photo. */
      vehicle?: components["schemas"]["VehiclePlace"];
      /** @description Differences from what the request asked for. Empty if there are none. */
      warnings: {
        code: components["schemas"]["WarningCode"];
        /** @description What happened, as a sentence. */
        message: string;
      }[];
      /**
       * @description Service that processed the photo.
       * @constant
       */
      served_by: "new";
      /** @description Id of the request: its `x-request-id`, or a new one if that is not valid. */
      request_id: string;
    } & {
      [key: string]: unknown;
    };
    /** @description File of a variant. */
    VariantMetadata: {
      /** @description In pixels. */
      width: number;
      /** @description In pixels. */
      height: number;
      /** @description Size of the encoded file. */
      bytes: number;
      /**
       * @description Type of the file.
       * @enum {string}
       */
      format: "webp" | "png" | "jpeg";
      /** @description Pixels of the variant per pixel of the photo as it was decoded, usually to at most 2304 pixels on a side. Above 1, the picture is enlarged. */
      scale: number;
      /** @description The place of the whole crop (`metadata.crop`) in the variant's pixels. It exceeds the variant if that shows only a part of it. */
      crop: components["schemas"]["Box"];
    };
    /** @description A rectangle in pixels, from the picture's top left corner. */
    Box: {
      /** @description Left edge. It is negative if the box begins outside of the picture. */
      x: number;
      /** @description Top edge, likewise. */
      y: number;
      /** @description Width. */
      width: number;
      /** @description Height. */
      height: number;
    };
    /** @description What was measured of the photo, for its quality's warnings. `null` where the car's outline is unknown: the photo kept its background. */
    Quality: {
      /** @description Largest share of one of the photo's edges that the car touches. Above 0.02: `car_cut_off`. */
      edge_contact: number | null;
      /** @description Width of the sharpest edges within the car, in pixels of the working image. Above 4: `blurry`. `null` if there are too few clear edges. */
      edge_width: number | null;
      /** @description Brightness below which 98 % of the car's pixels are, from 0 for black to 1 for white. Below 0.25: `too_dark`. */
      brightness: number | null;
      /** @description Share of the car's pixels that are burnt out to white. Above 0.15: `overexposed`. */
      overexposed: number | null;
      /** @description Number of large separate parts of the cutout. Above 1: `several_subjects`. */
      subjects: number | null;
      /** @description Share of the cutout's pixels that are half transparent. Above 0.2: `cutout_uncertain`. */
      half_transparent: number | null;
    };
    /**
     * @description Why the result differs from what the request asked for. After `background_removal_...` the photo keeps its background. API4.ai stands for the service at `API4AI_URL`.
     *
     *     - `background_removal_not_configured`: `API4AI_KEY` is not set.
     *     - `background_removal_unauthorized`: API4.ai rejected the key.
     *     - `background_removal_rate_limited`: API4.ai's rate limit is reached.
     *     - `background_removal_paused`: API4.ai failed five times in a row, or asked for a pause: the function does not call it for a while.
     *     - `background_removal_unreachable`: The network failed.
     *     - `background_removal_timeout`: API4.ai did not answer within `API4AI_TIMEOUT_MS`.
     *     - `background_removal_failed`: API4.ai could not process the photo, or had a fault of its own.
     *     - `background_removal_invalid_reply`: API4.ai's cutout cannot be used: it is not an image, has another size, is empty, or covers the whole frame.
     *     - `image_damaged`: The photo's file is damaged, and parts of the picture are missing or wrong. A file that the decoder reads completely, despite faults, has no warning.
     *     - `image_end_missing`: The JPEG lacks its end marker, but the picture is complete.
     *     - `crop_uncertain`: The photo kept its background, and the crop may cut a car that is nearly as white as the ground around it: the brightness just outside the crop changes by 1.5 levels or more within 16 pixels. Raise `padding`, or set `crop` to `none`.
     *     - `plate_not_found`: `plate` asks to hide licence plates, and none was found: API4.ai's reply has no box of one, or the photo was not sent to it (a kept background, a photo that came as a cutout). If API4.ai has hidden a plate without naming its box, its picture is used. Check the pictures.
     *     - `color_profile_ignored`: The photo's ICC profile is damaged, or describes another kind of picture (a CMYK profile in an RGB photo). The colours are those of the photo without it.
     *     - `car_cut_off`: The photo cuts the car: the car touches more than 2 % of one of the photo's four edges (within 2 pixels of the working image). A cutout of another tool that touches all four edges is not judged.
     *     - `car_small`: The car has so few pixels that a variant enlarges it more than 1.5 times (`scale`), and it looks blurred. With `framing` the car is enlarged as much at most, and is smaller than in the gallery's other pictures. Send a larger photo, or one that is taken from nearer. A photo that kept its background has no such warning.
     *     - `blurry`: The photo is out of focus or shaken: the sharpest edges within the car (the 20th percentile) are more than 4 pixels of the working image wide. Those of a sharp photo are 1.3 pixels wide, and 4.3 after a blur with a standard deviation of 2 pixels.
     *     - `too_dark`: 98 % of the car's pixels are darker than 25 % of white. Those of good photos, also of black cars, reach 44 % or more.
     *     - `overexposed`: More than 15 % of the car's pixels are burnt out to white (all colours at least 253 of 255). A photo that kept its background has no such warning.
     *     - `several_subjects`: The cutout has separate parts of which at least two have 10 % or more of the largest one's area.
     *     - `cutout_uncertain`: More than 20 % of the cutout's pixels are half transparent (alpha from 26 to 229). A true mask has 1 %, a good one of a neural network 5 %. A picture that API4.ai has drawn (`API4AI_MODE` other than `fg-mask`) is not judged.
     *     - `variant_enlarged`: A variant is wider than the working image, and the CPU budget has no room for a larger decode: it is enlarged, and blurred. Send a smaller photo, or ask for fewer variants at once.
     *     - `photo_small`: The photo has less than 320 pixels on its long side, so that `grid` and `detail` are enlarged and blurred. Send the original, not a preview of it.
     * @enum {string}
     */
    WarningCode:
      | "background_removal_not_configured"
      | "background_removal_paused"
      | "background_removal_timeout"
      | "background_removal_unreachable"
      | "background_removal_unauthorized"
      | "background_removal_rate_limited"
      | "background_removal_failed"
      | "background_removal_invalid_reply"
      | "image_damaged"
      | "image_end_missing"
      | "color_profile_ignored"
      | "crop_uncertain"
      | "plate_not_found"
      | "car_cut_off"
      | "car_small"
      | "blurry"
      | "too_dark"
      | "overexposed"
      | "several_subjects"
      | "cutout_uncertain"
      | "variant_enlarged"
      | "photo_small";
    /** @description A photo that the legacy service processed, during the rollout: that service's own fields, `served_by` and `request_id`. */
    LegacyReply: {
      /**
       * @description Always true.
       * @constant
       */
      success: true;
      /**
       * @description Service that processed the photo.
       * @constant
       */
      served_by: "legacy";
      /** @description Id of the request. */
      request_id: string;
    } & {
      [key: string]: unknown;
    };
    /** @description A batch whose photos are queued. */
    BatchCreated: {
      /**
       * Format: uuid
       * @description Id of the batch.
       */
      batch_id: string;
      /** @description False if an earlier request with the same `Idempotency-Key` created the batch. */
      created: boolean;
      /** @description Number of photos. */
      total: number;
      /**
       * Format: uri
       * @description URL of the batch's state.
       */
      status_url: string;
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description State of a batch. */
    Batch: {
      /**
       * Format: uuid
       * @description Id of the batch.
       */
      batch_id: string;
      /**
       * @description `finished` and `cancelled` are final unless failed items are requeued.
       * @enum {string}
       */
      state: "queued" | "running" | "finished" | "cancelled";
      /** @description Number of items in each state. */
      counts: {
        /** @description Items that wait. */
        queued: number;
        /** @description Items in work. */
        processing: number;
        /** @description Items that succeeded. */
        succeeded: number;
        /** @description Items that failed after the last try. */
        failed: number;
        /** @description Items that had not started when the batch was cancelled. */
        cancelled: number;
        /** @description All items. */
        total: number;
      };
      /** @description The photos in order. Empty if the request has `since` and nothing has changed. */
      items: {
        /** @description Position in the batch, from 0. */
        position: number;
        /** @description The photo. */
        storage_path: {
          /** @description Name of the bucket. */
          bucket: string;
          /** @description Path of the object in the bucket. */
          path: string;
        };
        /** @description The item's `filename`; `null` if it had none. */
        filename: string | null;
        /**
         * @description State of the item.
         * @enum {string}
         */
        state: "queued" | "processing" | "succeeded" | "failed" | "cancelled";
        /** @description How often processing has started; at most five times. */
        tries: number;
        /** @description Error of the last try, also while another try is pending. */
        error?: {
          /** @description A code of `ErrorCode`, or `worker_died`. */
          code: string;
          /** @description What happened, as a sentence. */
          message: string;
        };
        /** @description Public URLs of the variants, by their names. */
        storage_urls?: {
          [key: string]: string;
        };
        /** @description See `PhotoReply.metadata`. */
        metadata?: {
          [key: string]: unknown;
        };
        /** @description See `PhotoReply.warnings`. */
        warnings?: {
          /** @description A stable code. */
          code: string;
          /** @description What happened, as a sentence. */
          message: string;
        }[];
        /** @description The photo's place in its vehicle's set, if the item has `vehicle_id`. */
        vehicle?: components["schemas"]["VehiclePlace"];
      }[];
      /** @description Version of the batch, for `since`. It grows with every change. */
      changes: number;
      /** @description Time of creation, ISO 8601. */
      created_at: string;
      /** @description Earliest start, ISO 8601; `null` means at once. */
      not_before: string | null;
      /** @description Time of the end, ISO 8601; `null` until then. */
      finished_at: string | null;
      /** @description The call of `webhook_url`; `null` if the batch has none. */
      webhook: {
        /** @description State of the call. */
        state: string;
        /** @description How often the function has called the webhook. */
        tries: number;
        /** @description Why the last call failed; `null` if it did not. */
        error: string | null;
      } | null;
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description The deleted photos. */
    Deleted: {
      /** @description The photos, in the order of the request. */
      photos: {
        /** @description The SHA-256 of the photo's file. `null` if the path has no original, or the caller may not read it: nothing was deleted then. */
        photo_hash: string | null;
        /** @description Number of deleted files of results, with their manifests. */
        results: number;
        /** @description Number of deleted cached cutouts, and of parts of working images. */
        cutouts: number;
        /** @description The originals in `SOURCE_BUCKETS`: the named one, and those whose name is the hash. */
        originals: {
          /** @description Name of the bucket. */
          bucket: string;
          /** @description Path of the original in the bucket. */
          path: string;
          /** @description False if the caller may read the original but not delete it. */
          deleted: boolean;
        }[];
      }[];
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description The photos of a vehicle. */
    Vehicle: {
      /** @description Id of the vehicle. */
      vehicle_id: string;
      /** @description The `photo_hash` of the cover; `null` if none is chosen: use the first photo. */
      cover: string | null;
      /** @description The photos in their order. */
      photos: {
        /** @description SHA-256 of the photo's file, 64 hexadecimal digits: the photo's name in the set. */
        photo_hash: string;
        /** @description Place in the set's order. Numbers can be left out. */
        position: number;
        /** @description The request's `filename`; `null` if it had none. */
        filename: string | null;
        /** @description Width and height of the photo in pixels, after EXIF orientation. */
        original_size: [
          number,
          number,
        ];
        /** @description Public URLs of the variants that the photo's last request named, by their names. */
        storage_urls: {
          [key: string]: string;
        };
        /** @description Size and car of each of these variants. */
        variants: {
          [key: string]: {
            /** @description In pixels. */
            width: number;
            /** @description In pixels. */
            height: number;
            /** @description The car's box in the variant's pixels; `null` if it is unknown. */
            subject: components["schemas"]["Box"] | null;
          };
        };
        quality: components["schemas"]["Quality"];
        /** @description See `PhotoReply.warnings`. */
        warnings: {
          code: components["schemas"]["WarningCode"];
          /** @description What happened, as a sentence. */
          message: string;
        }[];
      }[];
      /** @description The consistency of each variant that all photos have. */
      consistency: {
        [key: string]: {
          /** @description Number of the photos whose car is known. */
          photos: number;
          /** @description Width of the car as a share of the frame's width. `null` if no photo's car is known. */
          car_width: {
            /** @description The smallest of all photos, to four decimals. */
            min: number;
            /** @description The largest of all photos, to four decimals. */
            max: number;
            /** @description `max` minus `min`: 0 if the photos are the same, to four decimals. */
            spread: number;
          } | null;
          /** @description Lower edge of the car: its distance from the frame's top as a share of the frame's height. `null` if no photo's car is known. */
          ground_line: {
            /** @description The smallest of all photos, to four decimals. */
            min: number;
            /** @description The largest of all photos, to four decimals. */
            max: number;
            /** @description `max` minus `min`: 0 if the photos are the same, to four decimals. */
            spread: number;
          } | null;
        };
      };
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description A set that is forgotten. */
    VehicleForgotten: {
      /** @description Id of the vehicle. */
      vehicle_id: string;
      /** @description Number of photos that the set had. Their files stay. */
      photos: number;
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description The photo's place in its vehicle's set. */
    VehiclePlace: {
      /** @description The request's `vehicle_id`. */
      vehicle_id: string;
      /** @description SHA-256 of the photo's file, 64 hexadecimal digits: the photo's name in the set. */
      photo_hash: string;
      /** @description Place in the set's order, from 0. */
      position: number;
    };
    /** @description The function answers. */
    Health: {
      /**
       * @description Always `healthy`.
       * @constant
       */
      status: "healthy";
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description State of the function's dependencies. */
    DeepHealth: {
      /**
       * @description `unhealthy` if a check fails whose `needed` is true.
       * @enum {string}
       */
      status: "healthy" | "unhealthy";
      /** @description The function's dependencies. */
      checks: {
        /** @description `image_engine`, `storage`, `database` or `api4ai`. */
        name: string;
        /** @description The dependency works. */
        ok: boolean;
        /** @description Duration of the check in milliseconds. */
        ms: number;
        /** @description Photos fail without it. */
        needed: boolean;
        /** @description What is wrong, as a sentence. */
        error?: string;
      }[];
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description Figures of photo requests. Those at the top are the ones of `isolate.all`. */
    Metrics: {
      /** @description Authorized photo requests. */
      requests: number;
      /** @description Requests with status 200. */
      successes: number;
      /** @description Requests with an error, the caller's own faults included. */
      failures: number;
      /** @description Number of failures by error code. */
      failures_by_code: {
        [key: string]: number;
      };
      /** @description Requests that called API4.ai, or the service at `API4AI_URL` in its place. */
      api4ai_calls: number;
      /** @description Requests whose cutout came from the cache, or from a call of another request at the same time. */
      cached_cutouts: number;
      /** @description Requests for a photo that came as a cutout: its own alpha was used. */
      own_alpha_cutouts: number;
      /** @description Time of all requests together, in seconds. */
      total_processing_time: number;
      /** @description Share of successes, 0 to 1; `null` without requests. */
      success_rate: number | null;
      /** @description Average time in seconds; `null` without requests. */
      avg_processing_time: number | null;
      /** @description Median time in seconds; `null` without requests. */
      p50: number | null;
      /** @description 95th percentile of time in seconds; `null` without requests. */
      p95: number | null;
      /** @description Figures of the isolate that answers, since its start. */
      isolate: {
        /**
         * Format: date-time
         * @description Start of the isolate, ISO 8601.
         */
        started_at: string;
        /** @description Answers to callers: `new` and `legacy`. */
        all: components["schemas"]["Figures"];
        /** @description Answers from the function's own pipeline. */
        new: components["schemas"]["Figures"];
        /** @description Answers from the legacy service. */
        legacy: components["schemas"]["Figures"];
        /** @description Photos that were processed for comparison only. */
        shadow: components["schemas"]["Figures"];
      };
      /** @description Figures of all isolates; `null` if the database is unavailable. */
      project: {
        /** @description The last hour. */
        last_hour: {
          /** @description Answers to callers: `new` and `legacy`. */
          all: components["schemas"]["Figures"];
          /** @description Answers from the function's own pipeline. */
          new: components["schemas"]["Figures"];
          /** @description Answers from the legacy service. */
          legacy: components["schemas"]["Figures"];
          /** @description Photos that were processed for comparison only. */
          shadow: components["schemas"]["Figures"];
        };
        /** @description The last 24 hours. */
        last_day: {
          /** @description Answers to callers: `new` and `legacy`. */
          all: components["schemas"]["Figures"];
          /** @description Answers from the function's own pipeline. */
          new: components["schemas"]["Figures"];
          /** @description Answers from the legacy service. */
          legacy: components["schemas"]["Figures"];
          /** @description Photos that were processed for comparison only. */
          shadow: components["schemas"]["Figures"];
        };
      } | null;
      /**
       * @description State of the database.
       * @enum {string}
       */
      database: "ok" | "unavailable";
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description Figures of photo requests. */
    Figures: {
      /** @description Authorized photo requests. */
      requests: number;
      /** @description Requests with status 200. */
      successes: number;
      /** @description Requests with an error, the caller's own faults included. */
      failures: number;
      /** @description Number of failures by error code. */
      failures_by_code: {
        [key: string]: number;
      };
      /** @description Requests that called API4.ai, or the service at `API4AI_URL` in its place. */
      api4ai_calls: number;
      /** @description Requests whose cutout came from the cache, or from a call of another request at the same time. */
      cached_cutouts: number;
      /** @description Requests for a photo that came as a cutout: its own alpha was used. */
      own_alpha_cutouts: number;
      /** @description Time of all requests together, in seconds. */
      total_processing_time: number;
      /** @description Share of successes, 0 to 1; `null` without requests. */
      success_rate: number | null;
      /** @description Average time in seconds; `null` without requests. */
      avg_processing_time: number | null;
      /** @description Median time in seconds; `null` without requests. */
      p50: number | null;
      /** @description 95th percentile of time in seconds; `null` without requests. */
      p95: number | null;
    };
    /** @description Data of the event `step` of a streamed answer: a step starts. */
    StepEvent: {
      /** @description Name of the step in `metadata.timings_ms`. Ignore names that you do not know. */
      step: string;
    };
    /** @description Data of the event `answer`, the last one of a streamed answer. */
    AnswerEvent: {
      /** @description Status of the answer, 200 to 599. */
      status: number;
      /** @description Headers of the answer. Names are lower case, such as `retry-after`. */
      headers: {
        [key: string]: string;
      };
      /** @description Body of the answer. */
      body:
        | components["schemas"]["PhotoReply"]
        | components["schemas"]["LegacyReply"]
        | components["schemas"]["ErrorReply"];
    };
    /** @description A request that failed. */
    ErrorReply: {
      /**
       * @description Always false.
       * @constant
       */
      success: false;
      /** @description What is wrong. */
      error: {
        code: components["schemas"]["ErrorCode"];
        /** @description What is wrong and what to do, as a sentence. */
        message: string;
        /** @description The same request can succeed later: after `Retry-After` seconds. */
        retryable: boolean;
        /** @description Machine-readable facts that depend on the code, such as `field`, `expected` and `received`. */
        details?: {
          [key: string]: unknown;
        };
      };
      /** @description Id of the request in the function's log. */
      request_id: string;
    };
    /**
     * @description A stable code of an error. Its meaning never changes; later versions may add codes.
     * @enum {string}
     */
    ErrorCode:
      | "invalid_json"
      | "invalid_multipart"
      | "invalid_base64"
      | "invalid_request"
      | "invalid_options"
      | "missing_image"
      | "missing_credential"
      | "invalid_credential"
      | "expired_credential"
      | "forbidden"
      | "source_forbidden"
      | "backdrop_forbidden"
      | "not_found"
      | "source_not_found"
      | "backdrop_not_found"
      | "batch_not_found"
      | "vehicle_not_found"
      | "method_not_allowed"
      | "idempotency_conflict"
      | "vehicle_conflict"
      | "vehicle_full"
      | "body_too_large"
      | "unsupported_media_type"
      | "unsupported_image_type"
      | "unsupported_image_encoding"
      | "invalid_image"
      | "image_too_large"
      | "image_too_costly"
      | "quality_rejected"
      | "image_crashes_engine"
      | "backdrop_invalid"
      | "request_aborted"
      | "internal_error"
      | "engine_failed"
      | "storage_failed"
      | "storage_rejected"
      | "legacy_failed"
      | "isolate_busy"
      | "shutting_down"
      | "auth_unavailable"
      | "queue_unavailable"
      | "vehicle_unavailable";
    /** @description The function works on the queue. */
    WorkAccepted: {
      /**
       * @description Always true.
       * @constant
       */
      accepted: true;
      /** @description Id of the request. */
      request_id: string;
    };
    /** @description An answer of Supabase in the function's place. The header `sb-error-code` has the same code. */
    PlatformError: {
      /** @description Such as `WORKER_LIMIT`, `BOOT_ERROR`, `WORKER_ERROR`, `IDLE_TIMEOUT`. */
      code: string;
      /** @description What happened, as a sentence. */
      message: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
