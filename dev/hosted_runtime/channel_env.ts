/** What an isolate is told by its environment; gone from there before the function runs. */
export const CHANNEL_ENV = { secret: "ISOLATE_SECRET", entrypoint: "ISOLATE_ENTRYPOINT" };
