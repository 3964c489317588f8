import ort from "onnxruntime-node";
import type { Pixels } from "../../api4ai/image_files.ts";
import { subjectBounds } from "../mask/largest_subject.ts";
import type { ModelInput } from "../model/model_input.ts";
import { emptyPlane, type Plane, type Rectangle } from "../plane.ts";
import { sampleInput } from "./sample_input.ts";
import { toneCurve } from "./tone_curve.ts";

/**
 * Room around the subject in the focused passes, as a share of its size. Of 8, 15 and 25 % it gave the best masks of the
 * fixtures (bench/CUTOUTS.md).
 */
const FOCUS_MARGIN = 0.08;

/** A part of the photo with its coarse mask, at the model's size. */
export interface CoarseMask {
  part: Rectangle;
  mask: Plane;
}

/** Runs a segmentation model with ONNX Runtime. */
export class Segmenter {
  readonly #session: ort.InferenceSession;
  readonly #input: ModelInput;

  private constructor(session: ort.InferenceSession, input: ModelInput) {
    this.#session = session;
    this.#input = input;
  }

  /**
   * Loads a model.
   *
   * @param file The ONNX file. Its first input is [1,3,side,side], its first output [1,1,side,side], both float32.
   */
  static async load(file: string, input: ModelInput): Promise<Segmenter> {
    // Without the arena and the memory pattern, ISNet's peak is 1.0 instead of 2.2 GB.
    const session = await ort.InferenceSession.create(file, {
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
    return new Segmenter(session, input);
  }

  /** Finds the subject of a photo (RGB). */
  async segment(photo: Pixels): Promise<CoarseMask> {
    const whole = { left: 0, top: 0, right: photo.width, bottom: photo.height };
    const found = await this.#run(photo, whole);
    const bounds = this.#input.passes === "focused" ? subjectBounds(found) : null;
    if (!bounds) return { part: whole, mask: found };
    const part = surroundings(bounds, found, photo);
    const plain = await this.#run(photo, part);
    const other = await this.#run(photo, part, { mirrored: true, curve: toneCurve(photo, part) });
    return { part, mask: mean(plain, other) };
  }

  async #run(
    photo: Pixels,
    part: Rectangle,
    changes: { mirrored?: boolean; curve?: Uint8Array } = {},
  ): Promise<Plane> {
    const { sidePx } = this.#input;
    const input = sampleInput(photo, part, this.#input, changes);
    const [inputName] = this.#session.inputNames;
    const [outputName] = this.#session.outputNames;
    const tensor = new ort.Tensor("float32", input, [1, 3, sidePx, sidePx]);
    const { [outputName]: output } = await this.#session.run({ [inputName]: tensor });
    if (!(output.data instanceof Float32Array) || output.data.length !== sidePx ** 2) {
      throw new Error(`The model's output is not a mask of ${sidePx} x ${sidePx} floats.`);
    }
    const mask = { width: sidePx, height: sidePx, data: output.data.slice() };
    return changes.mirrored ? mirror(mask) : mask;
  }
}

/** Scales the subject's bounds to the photo, and adds room around them. */
function surroundings(bounds: Rectangle, mask: Plane, photo: Pixels): Rectangle {
  const scaleX = photo.width / mask.width, scaleY = photo.height / mask.height;
  const roomX = (bounds.right - bounds.left) * scaleX * FOCUS_MARGIN;
  const roomY = (bounds.bottom - bounds.top) * scaleY * FOCUS_MARGIN;
  return {
    left: Math.max(0, bounds.left * scaleX - roomX),
    top: Math.max(0, bounds.top * scaleY - roomY),
    right: Math.min(photo.width, bounds.right * scaleX + roomX),
    bottom: Math.min(photo.height, bounds.bottom * scaleY + roomY),
  };
}

function mirror({ width, height, data }: Plane): Plane {
  const mirrored = emptyPlane(width, height);
  for (let y = 0; y < height; y++) {
    mirrored.data.set(data.subarray(y * width, (y + 1) * width).toReversed(), y * width);
  }
  return mirrored;
}

function mean(a: Plane, b: Plane): Plane {
  return { ...a, data: a.data.map((value, i) => (value + b.data[i]) / 2) };
}
