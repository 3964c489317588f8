/** Variables for an isolate; they are removed before the function runs. */
export const CHANNEL_ENV = { secret: "ISOLATE_SECRET", entrypoint: "ISOLATE_ENTRYPOINT" };
