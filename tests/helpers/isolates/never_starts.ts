/**
 * A function whose module never finishes loading.
 *
 * @module
 */
await new Promise((resolve) => setInterval(resolve, 2 ** 30));

export default { fetch: () => new Response() };
