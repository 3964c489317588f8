import type { WorkingPart } from "../../image/decode/working_part.ts";
import { freeBuffer } from "../../lib/free_buffer.ts";
import type { Result } from "../../lib/result.ts";
import type { WorkingStore } from "../../storage/working_store.ts";
import { firstLine, log } from "../../telemetry/log.ts";
import { packPart, unpackPart } from "./packed_part.ts";

/** A kept part's name: its first and last part (exclusive) of all. */
const NAME = /^(\d{1,4})-(\d{1,4})-of-(\d{1,4})$/;

interface KeptPart {
  name: string;
  from: number;
  to: number;
}

/** The decoded parts of a photo in Storage. */
export class KeptParts {
  readonly #store: WorkingStore;
  readonly #hash: string;
  readonly #count: number;
  readonly #parts: KeptPart[];
  readonly #names: Set<string>;
  readonly #read = new Map<string, WorkingPart>();

  private constructor(store: WorkingStore, hash: string, count: number, names: string[]) {
    this.#store = store;
    this.#hash = hash;
    this.#count = count;
    this.#names = new Set(names);
    this.#parts = chain(names, count);
  }

  /**
   * Finds the parts of a photo.
   *
   * @param store Keeps them.
   * @param hash The photo's SHA-256.
   * @param count The number of the photo's parts.
   * @param signal Aborts the call.
   * @throws {Error} If Storage cannot be read.
   */
  static async find(
    store: WorkingStore,
    hash: string,
    count: number,
    signal: AbortSignal,
  ): Promise<KeptParts> {
    return new KeptParts(store, hash, count, await store.list(hash, signal));
  }

  /** The first part that is not kept. */
  get next(): number {
    return this.#parts.at(-1)?.to ?? 0;
  }

  /**
   * Reads the last part.
   *
   * @returns The part; `null` if it cannot be read. Its file is then removed, so that it is decoded again.
   */
  async readLast(signal: AbortSignal): Promise<WorkingPart | null> {
    return await this.#one(this.#parts.at(-1)!, signal);
  }

  /**
   * Reads all parts, from top to bottom.
   *
   * @returns The parts; `null` if one cannot be read. Its file is then removed, so that it is decoded again.
   */
  async readAll(signal: AbortSignal): Promise<WorkingPart[] | null> {
    const parts = await Promise.all(this.#parts.map((part) => this.#one(part, signal)));
    return parts.every((part) => part !== null) ? parts : null;
  }

  /**
   * Keeps parts.
   *
   * @param part Their rows, as one part.
   * @param range The first and the last one, exclusively.
   * @returns Nothing, `storage_failed` or `storage_rejected`.
   * @throws the signal's reason
   */
  async keep(
    part: WorkingPart,
    { from, to }: { from: number; to: number },
    signal: AbortSignal,
  ): Promise<Result<null>> {
    const name = `${from}-${to}-of-${this.#count}`;
    const file = packPart(part);
    try {
      return await this.#store.keep(this.#hash, name, file, signal);
    } finally {
      freeBuffer(file);
    }
  }

  /** Removes all parts. It does not throw: what stays is pruned later. */
  async drop(): Promise<void> {
    if (this.#names.size === 0) return;
    try {
      await this.#store.drop(this.#hash, [...this.#names]);
    } catch (error) {
      log("warn", "working_image_not_removed", { cause: firstLine(error) });
    }
  }

  async #one(part: KeptPart, signal: AbortSignal): Promise<WorkingPart | null> {
    const known = this.#read.get(part.name);
    if (known) return known;
    try {
      const read = unpackPart(await this.#store.read(this.#hash, part.name, signal));
      if (read) {
        this.#read.set(part.name, read);
        return read;
      }
      log("warn", "working_image_damaged", { part: part.name });
      await this.#store.drop(this.#hash, [part.name]);
    } catch (error) {
      signal.throwIfAborted();
      log("warn", "working_image_unreadable", { cause: firstLine(error) });
    }
    return null;
  }
}

/** Finds the longest row of parts without a gap, from the first one. */
function chain(names: string[], count: number): KeptPart[] {
  const all = names.flatMap((name): KeptPart[] => {
    const [, from, to, of] = NAME.exec(name)?.map(Number) ?? [];
    return of === count && from < to && to <= count ? [{ name, from, to }] : [];
  });
  const chained: KeptPart[] = [];
  for (let next = 0;;) {
    const [best] = all.filter(({ from }) => from === next).toSorted((a, b) => b.to - a.to);
    if (!best) return chained;
    chained.push(best);
    next = best.to;
  }
}
