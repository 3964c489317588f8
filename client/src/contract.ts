/**
 * The function's interface, as types. Made by `deno task openapi` from what the function itself checks requests with: do not
 * edit it.
 *
 * @module
 */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description What to make of a photo. Every option has a default. */
    PhotoOptions: {
      /**
       * @description Keep the background: API4.ai is not asked.
       * @default false
       */
      skip_background_removal?: boolean;
      /**
       * @description `auto`: the picture is cropped to the car and the padding around it; `none`: the whole picture is kept, and `padding` does nothing. Background removal, shadow and fit work the same either way.
       * @default auto
       * @enum {string}
       */
      crop?: "auto" | "none";
      /**
       * @description Pixels kept around the car, 0 to 1000, in pixels of `processed`; without effect where `crop` is `none`.
       * @default 50
       */
      padding?: number;
      /**
       * @description `auto`: drawn where the background was removed; `drop`: always; `none`: never. It is the car's silhouette, black at 50 %, blurred by 15 pixels and 15 pixels to the right and down, at the scale of `processed`.
       * @default auto
       * @enum {string}
       */
      shadow?: "auto" | "drop" | "none";
      /**
       * @description How the car is put into `grid` and `detail`: `contain` shows all of it, undistorted; `cover` fills the frame, undistorted and cut; `fill` stretches it.
       * @default contain
       * @enum {string}
       */
      fit?: "contain" | "cover" | "fill";
      /**
       * @description The variants' type. `png` takes ten times the bytes; `jpeg` has no transparency and is on white, unless `background` says otherwise.
       * @default webp
       * @enum {string}
       */
      format?: "webp" | "png" | "jpeg";
      /**
       * @description Quality of `webp` and `jpeg`, 1 to 100. PNG is lossless and has none.
       * @default 84
       */
      quality?: number;
      /**
       * @description What shows where the variant is transparent: `transparent`, or a CSS hex colour of 3, 4, 6 or 8 digits.
       * @default transparent
       */
      background?: string;
      /**
       * @description Which variants are rendered: `processed` (the crop in its own size), `grid` (600 x 400), `detail` (1200 x 800).
       * @default [
       *       "processed",
       *       "grid",
       *       "detail"
       *     ]
       */
      variants?: ("processed" | "grid" | "detail")[];
    };
    /** @description A photo that is in Storage. */
    StoragePath: {
      /** @description Name of a bucket that is open to it (`SOURCE_BUCKETS`). */
      bucket: string;
      /** @description Path of the object in the bucket, at most 1024 characters, without empty segments, `.`, `..`, backslashes or control characters. It is read with the caller's own rights. */
      path: string;
    };
    /** @description A photo and its settings: one of `image_base64` and `storage_path`. */
    PhotoRequest: {
      /** @description The photo's name, at most 255 characters as JavaScript counts them: for `metadata.filename` in the answer, and used for nothing else. */
      filename?: string;
      /**
       * @description What to make of the photo.
       * @default {}
       */
      options?: components["schemas"]["PhotoOptions"];
      /**
       * @description Write the variants to Storage; the answer then has `storage_urls`, and no images unless `return_images` is true.
       * @default false
       */
      upload_to_storage?: boolean;
      /** @description Whether the answer holds the images, as base64. Unless it is said, the opposite of `upload_to_storage`. */
      return_images?: boolean;
      /**
       * @description Render the photo although Storage has the result of the same photo with the same options.
       * @default false
       */
      force?: boolean;
      /** @description The photo as base64 or base64url, or a `data:` URL of it; white space is passed over. Decoded it may have `MAX_IMAGE_BYTES`, 26214400 unless set otherwise. */
      image_base64?: string;
      /** @description A photo that is in Storage already, instead of `image_base64`. */
      storage_path?: components["schemas"]["StoragePath"];
    };
    /** @description Photos that are in Storage. */
    BatchRequest: {
      /** @description The photos, 1 to 500. */
      items: {
        /** @description The photo, in Storage; it is read with the service's own rights. */
        storage_path: components["schemas"]["StoragePath"];
        /**
         * @description What to make of it.
         * @default {}
         */
        options?: components["schemas"]["PhotoOptions"];
        /** @description The photo's name; used for nothing else. At most 255 characters. */
        filename?: string;
        /**
         * @description Render it although Storage has the result.
         * @default false
         */
        force?: boolean;
      }[];
      /**
       * Format: uri
       * @description Address that is sent a `POST` when the batch has ended: https and public, at most 2048 characters. It needs the setting `WEBHOOK_SECRET`.
       */
      webhook_url?: string;
      /**
       * Format: date-time
       * @description When work may begin, at most 30 days ahead: ISO 8601 with an offset. Unless it is said, now.
       */
      not_before?: string;
    };
    /** @description Which failed photos are to be tried again. */
    Requeue: {
      /** @description Which of the failed photos, by their places in the batch. Unless it is said, all. */
      positions?: number[];
    };
    /** @description A photo that was processed by the function's own pipeline. */
    PhotoReply: {
      /**
       * @description Always true.
       * @constant
       */
      success: true;
      /** @description The crop in its own size, as base64 of the encoded file; there unless the variants were uploaded, or were not asked for. */
      processed?: string;
      /** @description The variant of 600 x 400 pixels, as base64 of the encoded file; there unless the variants were uploaded, or were not asked for. */
      grid?: string;
      /** @description The variant of 1200 x 800 pixels, as base64 of the encoded file; there unless the variants were uploaded, or were not asked for. */
      detail?: string;
      /** @description What was made of the photo. */
      metadata: {
        /** @description Width and height of the photo in pixels, after EXIF orientation. */
        original_size: [
          number,
          number,
        ];
        /** @description The name that came with the photo, `null` if none did. */
        filename: string | null;
        /** @description Of the variant `processed`, if it was asked for. */
        processed?: components["schemas"]["VariantMetadata"];
        /** @description Of the variant `grid`, if it was asked for. */
        grid?: components["schemas"]["VariantMetadata"];
        /** @description Of the variant `detail`, if it was asked for. */
        detail?: components["schemas"]["VariantMetadata"];
        /** @description What became of the background. */
        background: {
          /** @description Whether it was removed. If it was to be, and was not, `warnings` says why. */
          removed: boolean;
          /** @description Who removed it: `api4ai`; `null` where it was kept. */
          provider: string | null;
          /** @description Whether the cutout was there already, so that this request paid for none. */
          cached: boolean;
        };
        /** @description Whether the result was in Storage already, and nothing was rendered. */
        reused: boolean;
        /** @description Wall time of each step that was taken, in milliseconds, and `total`: `auth`, `body`, `source`, `route`, `lookup`, `queue`, `decode`, `background`, `crop`, `processed`, `grid`, `detail`, `store`, `hand_over`. More may come. */
        timings_ms: {
          [key: string]: number;
        };
      };
      /** @description Public addresses of the variants that were uploaded: each file is there. */
      storage_urls?: {
        /**
         * Format: uri
         * @description Address of `processed`.
         */
        processed?: string;
        /**
         * Format: uri
         * @description Address of `grid`.
         */
        grid?: string;
        /**
         * Format: uri
         * @description Address of `detail`.
         */
        detail?: string;
      };
      /** @description What was done otherwise than asked; empty if all went well. */
      warnings: {
        /** @description What happened, as a stable code. */
        code: components["schemas"]["WarningCode"];
        /** @description What happened, as a sentence. */
        message: string;
      }[];
      /**
       * @description Who processed the photo.
       * @constant
       */
      served_by: "new";
      /** @description The id of the request: yours, if it came with a sane `x-request-id`. */
      request_id: string;
    };
    /** @description A variant's file. */
    VariantMetadata: {
      /** @description Pixels. */
      width: number;
      /** @description Pixels. */
      height: number;
      /** @description Size of the encoded file. */
      bytes: number;
      /**
       * @description Its type.
       * @enum {string}
       */
      format: "webp" | "png" | "jpeg";
    };
    /**
     * @description Why a photo was processed otherwise than asked: `background_removal_...` tells why its background was kept, `image_damaged` that parts of the picture may look wrong, since its file is damaged, `color_profile_ignored` that its colour profile is damaged or describes another kind of picture, and was not used, `crop_uncertain` that the crop may cut the car, since parts of it are nearly as white as the ground around it.
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
      | "color_profile_ignored"
      | "crop_uncertain";
    /** @description A batch that stands in the queue. */
    BatchCreated: {
      /**
       * Format: uuid
       * @description The batch's id.
       */
      batch_id: string;
      /** @description `false`: it was made before, under the same `Idempotency-Key`. */
      created: boolean;
      /** @description How many photos it has. */
      total: number;
      /**
       * Format: uri
       * @description Where it tells how it is.
       */
      status_url: string;
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description How a batch is. */
    Batch: {
      /**
       * Format: uuid
       * @description The batch's id.
       */
      batch_id: string;
      /**
       * @description `finished` and `cancelled` are final, unless what failed is requeued.
       * @enum {string}
       */
      state: "queued" | "running" | "finished" | "cancelled";
      /** @description How many photos are in which state. */
      counts: {
        /** @description They wait. */
        queued: number;
        /** @description They are worked on. */
        processing: number;
        /** @description They are done. */
        succeeded: number;
        /** @description They have failed for good. */
        failed: number;
        /** @description They had not begun when the batch was cancelled. */
        cancelled: number;
        /** @description All of them. */
        total: number;
      };
      /** @description The photos in order; none where `since` was given and nothing has changed. */
      items: {
        /** @description Its place in the batch, from 0. */
        position: number;
        /** @description The photo. */
        storage_path: {
          /** @description Name of its bucket. */
          bucket: string;
          /** @description Its path there. */
          path: string;
        };
        /** @description The name that came with it. */
        filename: string | null;
        /**
         * @description How it is.
         * @enum {string}
         */
        state: "queued" | "processing" | "succeeded" | "failed" | "cancelled";
        /** @description How often it has been begun; five times at most. */
        tries: number;
        /** @description Of the last try, also while another is to come. */
        error?: {
          /** @description A code of `ErrorCode`, or `worker_died`. */
          code: string;
          /** @description What is wrong, as a sentence. */
          message: string;
        };
        /** @description Public addresses of its variants, by their names. */
        storage_urls?: {
          [key: string]: string;
        };
        /** @description As `PhotoReply.metadata`. */
        metadata?: {
          [key: string]: unknown;
        };
        /** @description As `PhotoReply.warnings`. */
        warnings?: {
          /** @description A stable code. */
          code: string;
          /** @description What happened, as a sentence. */
          message: string;
        }[];
      }[];
      /** @description Grows with every change of the batch: to be given as `since`. */
      changes: number;
      /** @description When it was made, ISO 8601. */
      created_at: string;
      /** @description When work may begin, ISO 8601; `null`: at once. */
      not_before: string | null;
      /** @description When it ended, ISO 8601; `null` until then. */
      finished_at: string | null;
      /** @description How the call at its end is; `null` where there is none. */
      webhook: {
        /** @description How the call is. */
        state: string;
        /** @description How often it was made. */
        tries: number;
        /** @description Why the last one failed. */
        error: string | null;
      } | null;
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description The function answers. */
    Health: {
      /**
       * @description Always `healthy`: it answers.
       * @constant
       */
      status: "healthy";
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description Whether what the function depends on works. */
    DeepHealth: {
      /**
       * @description `unhealthy` where a check fails that is needed.
       * @enum {string}
       */
      status: "healthy" | "unhealthy";
      /** @description What the function depends on. */
      checks: {
        /** @description What was looked at: `image_engine`, `storage`, `database`, `api4ai`. */
        name: string;
        /** @description Whether it works. */
        ok: boolean;
        /** @description How long the look took, in milliseconds. */
        ms: number;
        /** @description Whether photos fail without it. */
        needed: boolean;
        /** @description What is wrong, as a sentence. */
        error?: string;
      }[];
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description What became of the photos. At the top stand the figures of `isolate.all`. */
    Metrics: {
      /** @description Photo requests of callers who may call. */
      requests: number;
      /** @description Those answered 200. */
      successes: number;
      /** @description Those answered an error, the caller's own faults too. */
      failures: number;
      /** @description How many failures were answered each error code. */
      failures_by_code: {
        [key: string]: number;
      };
      /** @description Requests for which API4.ai was asked. */
      api4ai_calls: number;
      /** @description Requests whose cutout was there already. */
      cached_cutouts: number;
      /** @description Time of all requests together, in seconds. */
      total_processing_time: number;
      /** @description 0 to 1; `null` where there was no request. */
      success_rate: number | null;
      /** @description In seconds; `null` where there was no request. */
      avg_processing_time: number | null;
      /** @description Time that half of the requests took at most, in seconds; `null` where there was none. */
      p50: number | null;
      /** @description Time that 95 % of the requests took at most, in seconds; `null` where there was none. */
      p95: number | null;
      /** @description What the isolate that answers has seen since it began. */
      isolate: {
        /**
         * Format: date-time
         * @description When it began, ISO 8601.
         */
        started_at: string;
        /** @description What callers were answered: `new` and `legacy`. */
        all: components["schemas"]["Figures"];
        /** @description Served by this function's own pipeline. */
        new: components["schemas"]["Figures"];
        /** @description Served by the legacy service. */
        legacy: components["schemas"]["Figures"];
        /** @description Processed for comparison only. */
        shadow: components["schemas"]["Figures"];
      };
      /** @description What all isolates have recorded; `null` where the database can not be asked. */
      project: {
        /** @description Of the last hour. */
        last_hour: {
          /** @description What callers were answered: `new` and `legacy`. */
          all: components["schemas"]["Figures"];
          /** @description Served by this function's own pipeline. */
          new: components["schemas"]["Figures"];
          /** @description Served by the legacy service. */
          legacy: components["schemas"]["Figures"];
          /** @description Processed for comparison only. */
          shadow: components["schemas"]["Figures"];
        };
        /** @description Of the last 24 hours. */
        last_day: {
          /** @description What callers were answered: `new` and `legacy`. */
          all: components["schemas"]["Figures"];
          /** @description Served by this function's own pipeline. */
          new: components["schemas"]["Figures"];
          /** @description Served by the legacy service. */
          legacy: components["schemas"]["Figures"];
          /** @description Processed for comparison only. */
          shadow: components["schemas"]["Figures"];
        };
      } | null;
      /**
       * @description Whether the database could be asked.
       * @enum {string}
       */
      database: "ok" | "unavailable";
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description Figures of photo requests. */
    Figures: {
      /** @description Photo requests of callers who may call. */
      requests: number;
      /** @description Those answered 200. */
      successes: number;
      /** @description Those answered an error, the caller's own faults too. */
      failures: number;
      /** @description How many failures were answered each error code. */
      failures_by_code: {
        [key: string]: number;
      };
      /** @description Requests for which API4.ai was asked. */
      api4ai_calls: number;
      /** @description Requests whose cutout was there already. */
      cached_cutouts: number;
      /** @description Time of all requests together, in seconds. */
      total_processing_time: number;
      /** @description 0 to 1; `null` where there was no request. */
      success_rate: number | null;
      /** @description In seconds; `null` where there was no request. */
      avg_processing_time: number | null;
      /** @description Time that half of the requests took at most, in seconds; `null` where there was none. */
      p50: number | null;
      /** @description Time that 95 % of the requests took at most, in seconds; `null` where there was none. */
      p95: number | null;
    };
    /** @description Data of an event `step` of a streamed answer. */
    StepEvent: {
      /** @description The step that begins now, by its name in `metadata.timings_ms`. Names that are not known are to be ignored. */
      step: string;
    };
    /** @description Data of the event `answer`, the last one of a streamed answer. */
    AnswerEvent: {
      /** @description The status that the answer would have had, 200 to 599. */
      status: number;
      /** @description The headers that it would have had, by names in small letters, such as `retry-after`. */
      headers: {
        [key: string]: string;
      };
      /** @description The body that it would have had. */
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
        /** @description A stable code. */
        code: components["schemas"]["ErrorCode"];
        /** @description What is wrong and what to do, as a sentence. */
        message: string;
        /** @description Whether the same request can succeed later; `Retry-After` then says when. */
        retryable: boolean;
        /** @description Facts for programs, by the code: such as `field`, `expected` and `received`. */
        details?: {
          [key: string]: unknown;
        };
      };
      /** @description The id that the function's log has the request under. */
      request_id: string;
    };
    /**
     * @description A stable code of an error: its meaning never changes. More may come.
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
      | "not_found"
      | "source_not_found"
      | "batch_not_found"
      | "method_not_allowed"
      | "idempotency_conflict"
      | "body_too_large"
      | "unsupported_media_type"
      | "unsupported_image_type"
      | "unsupported_image_encoding"
      | "invalid_image"
      | "image_too_large"
      | "image_too_costly"
      | "request_aborted"
      | "internal_error"
      | "engine_failed"
      | "storage_failed"
      | "storage_rejected"
      | "legacy_failed"
      | "isolate_busy"
      | "shutting_down"
      | "auth_unavailable"
      | "queue_unavailable";
    /** @description A photo that was processed by the legacy service, while the function takes over from it: that service's own fields, and the last two. */
    LegacyReply: {
      /**
       * @description Always true.
       * @constant
       */
      success: true;
      /**
       * @description Who processed the photo.
       * @constant
       */
      served_by: "legacy";
      /** @description The id of the request. */
      request_id: string;
    } & {
      [key: string]: unknown;
    };
    /** @description Work has begun. */
    WorkAccepted: {
      /**
       * @description Always true.
       * @constant
       */
      accepted: true;
      /** @description The id of the request. */
      request_id: string;
    };
    /** @description An answer of Supabase in the function's place. The header `sb-error-code` has the code too. */
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
