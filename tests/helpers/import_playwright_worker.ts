/**
 * A worker that imports Playwright, and posts `imported` or the error.
 *
 * @module
 */
const answer = await import("playwright-core").then(() => "imported", String);
self.postMessage(answer);
