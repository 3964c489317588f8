/**
 * A function that replaces its clock and answers with the clock's time.
 *
 * @module
 */
performance.now = () => 1234;

export default {
  fetch: (): Response => Response.json({ result: performance.now() }),
};
