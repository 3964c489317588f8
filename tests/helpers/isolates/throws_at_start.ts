/**
 * A function whose module fails.
 *
 * @module
 */
throw new Error("this function does not start");
