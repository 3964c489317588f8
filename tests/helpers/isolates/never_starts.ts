/**
 * A function whose module takes for ever to load.
 *
 * @module
 */
await new Promise((resolve) => setInterval(resolve, 2 ** 30));

export default { fetch: () => new Response() };
