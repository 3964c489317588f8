/**
 * A function whose module throws while it loads.
 *
 * @module
 */
throw new Error("this function does not start");
