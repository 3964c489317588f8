import type { ModelInput } from "../../../dev/cutouts/model/model_input.ts";
import { tinyOnnx } from "../../helpers/tiny_onnx.ts";

const SIDE_PX = 64;

/** The form of the tiny model's input: what is darker than half is the subject. */
export const TINY: ModelInput = {
  sidePx: SIDE_PX,
  mean: [128, 128, 128],
  deviation: [8, 8, 8],
  passes: "focused",
};

/** Writes a tiny model, which finds what is dark, to a temporary folder. */
export async function tinyModel(): Promise<{ file: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/tiny.onnx`;
  await Deno.writeFile(file, tinyOnnx(SIDE_PX));
  return { file, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
