/** The reason why the command cannot continue, as a sentence for the user. */
export class BatchError extends Error {
  override name = "BatchError";
}
