import { Mutex } from "../../shared/lib/mutex.ts";
import type { Cut, Mode } from "../api4ai/messages.ts";
import { type CatalogueModel, DEFAULT_MODEL, MODELS } from "./model/catalogue.ts";
import { fetchModel, type FetchModelOptions } from "./model/fetch_model.ts";
import { ModelProcess } from "./process/model_process.ts";

/** Options of the local model. */
export interface LocalCutoutsOptions extends FetchModelOptions {
  /** @default the model that needs no decision */
  model?: CatalogueModel;
}

/**
 * Cuts out photos with a model on this machine. The first photo downloads the model, unless it is in the cache, and
 * starts its process.
 */
export class LocalCutouts {
  readonly #options: LocalCutoutsOptions;
  readonly #closing = new AbortController();
  readonly #mutex = new Mutex();
  #model: Promise<ModelProcess | undefined> | undefined;

  constructor(options: LocalCutoutsOptions) {
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
    await this.#mutex.acquire();
    const cut = await model.cut(photo, mode).finally(() => this.#mutex.release());
    return cut === "too big" ? null : cut;
  }

  /** Ends the download, or the model's process. */
  async close(): Promise<void> {
    this.#closing.abort();
    await (await this.#model)?.close();
  }

  async #start(): Promise<ModelProcess | undefined> {
    const { say, model = MODELS[DEFAULT_MODEL] } = this.#options;
    let started: ModelProcess | undefined;
    try {
      const file = await fetchModel(model, { ...this.#options, signal: this.#closing.signal });
      started = new ModelProcess({ file, input: model, onLog: say });
      await started.start();
      return started;
    } catch (error) {
      await started?.close();
      if (this.#closing.signal.aborted) return undefined;
      const why = error instanceof Error ? error.message : String(error);
      say(
        `The model ${model.title} cannot be used: ${why} Until the next start, photos are cut out by a flood fill from their ` +
          "border, which is crude.",
      );
      return undefined;
    }
  }
}
