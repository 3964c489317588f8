import type { Cut, Mode } from "../api4ai/messages.ts";
import { DEFAULT_MODEL, MODELS } from "./model/catalogue.ts";
import { fetchModel, type FetchModelOptions } from "./model/fetch_model.ts";
import { ModelProcess } from "./process/model_process.ts";
import { Turns } from "./process/turns.ts";

/**
 * Cuts out photos with the default model on this machine. The first photo downloads the model, unless it is in the cache, and
 * starts its process.
 */
export class LocalCutouts {
  /** The model's name. */
  readonly title = MODELS[DEFAULT_MODEL].title;
  readonly #options: FetchModelOptions;
  readonly #turns = new Turns();
  #model: Promise<ModelProcess | undefined> | undefined;

  constructor(options: FetchModelOptions) {
    this.#options = options;
  }

  /**
   * Cuts out the subject of a photo.
   *
   * @returns The picture; `null` if the photo cannot be decoded, `undefined` if there is no model: a sentence has said why.
   * @throws {ModelProcessError} If the model's process fails.
   */
  async cut(photo: Uint8Array, mode: Mode): Promise<Cut | undefined> {
    const model = await (this.#model ??= this.#start());
    if (!model) return undefined;
    using _turn = await this.#turns.take();
    const cut = await model.cut(photo, mode);
    return cut === "too big" ? null : cut;
  }

  /** Ends the model's process. */
  async close(): Promise<void> {
    await (await this.#model)?.close();
  }

  async #start(): Promise<ModelProcess | undefined> {
    const input = MODELS[DEFAULT_MODEL];
    const { say } = this.#options;
    let model: ModelProcess | undefined;
    try {
      const file = await fetchModel(input, this.#options);
      model = new ModelProcess({ file, input, onLog: say });
      await model.start();
      return model;
    } catch (error) {
      await model?.close();
      const why = error instanceof Error ? error.message : String(error);
      say(
        `The model ${this.title} cannot be used: ${why} Until the next start, photos are cut out by a flood fill from their ` +
          "border, which is crude.",
      );
      return undefined;
    }
  }
}
