import { z } from "zod";

const pathError = "the path of an object in the bucket, without empty segments, '.' or '..'";
/**
 * Makes the schema of an object's path in Storage: at most 1024 characters, without empty segments, `.`, `..`, backslashes,
 * control characters and lone surrogates.
 */
export const objectPath = () =>
  z.string({ error: pathError }).max(1_024, { error: pathError })
    .refine((path) => path.split("/").every((part) => !["", ".", ".."].includes(part)), {
      error: pathError,
    })
    // A lone surrogate cannot be encoded in a URL.
    .refine((path) => !/\p{Surrogate}/u.test(path), { error: pathError })
    // deno-lint-ignore no-control-regex -- the pattern rejects control characters
    .refine((path) => !/[\x00-\x1f\x7f\\]/.test(path), { error: pathError });
