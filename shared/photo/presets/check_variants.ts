import { AppError } from "../../errors.ts";
import { issueSentence } from "../../lib/describe_issue.ts";
import { type Presets, variantNames } from "./preset.ts";

/**
 * Checks that there is a preset for each variant of a request.
 *
 * @param options The options, checked by their schema.
 * @param presets All presets.
 * @param field The name of the list, for the error.
 * @returns `invalid_options` for the first unknown name; `null` if all are known.
 */
export function checkVariants(
  { variants }: { variants: readonly string[] },
  presets: Presets,
  field: string,
): AppError | null {
  const names = variantNames(presets);
  const unknown = variants.find((name) => !names.includes(name));
  if (unknown === undefined) return null;
  const issue = {
    field,
    expected: `names among ${names.join(", ")}`,
    received: `"${unknown}" of type string`,
  };
  return new AppError("invalid_options", issueSentence(issue), { details: { ...issue } });
}
