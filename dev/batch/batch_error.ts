/** Why the command can not go on, as a sentence for whoever runs it. */
export class BatchError extends Error {
  override name = "BatchError";
}
