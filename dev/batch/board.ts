import type { BatchItem, BatchStatus } from "./batch_api.ts";
import type { Failure } from "./failure_table.ts";

/** Number of photos by state. */
export type Counts = BatchStatus["counts"];

const NONE: Counts = { queued: 0, processing: 0, succeeded: 0, failed: 0, cancelled: 0, total: 0 };

/** The combined state of several batches. */
export class Board {
  readonly #batches = new Map<string, { status: BatchStatus; items: Map<number, BatchItem> }>();
  readonly #nameOf: (path: string) => string | undefined;

  /** @param nameOf Returns the file name of a path in Storage, for items without a name. */
  constructor(nameOf: (path: string) => string | undefined = () => undefined) {
    this.#nameOf = nameOf;
  }

  /**
   * Updates the state of a batch. Photos that `status` does not contain stay unchanged.
   *
   * @returns The photos that have failed since.
   */
  update(status: BatchStatus): Failure[] {
    const { items } = this.#batches.get(status.batch_id) ?? { items: new Map() };
    const failed: BatchItem[] = [];
    for (const item of status.items) {
      if (item.state === "failed" && items.get(item.position)?.state !== "failed") {
        failed.push(item);
      }
      items.set(item.position, item);
    }
    this.#batches.set(status.batch_id, { status, items });
    return failed.map((item) => this.#failureOf(item));
  }

  /** Earliest start, as ISO 8601, if all batches still wait for theirs; else `null`. */
  get begins(): string | null {
    const all = [...this.#batches.values()].map(({ status }) => status);
    const waiting = all.every(({ counts: { queued, total } }) => queued === total);
    const [first] = all.flatMap(({ not_before }) => not_before ?? []).sort();
    return waiting && first ? first : null;
  }

  /** Counts of all batches. */
  get counts(): Counts {
    const sum = { ...NONE };
    for (const { status } of this.#batches.values()) {
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += status.counts[name];
    }
    return sum;
  }

  /** Number of unfinished photos. */
  get left(): number {
    return this.counts.queued + this.counts.processing;
  }

  /** Failed photos, in the order of the batches and their items. */
  get failures(): Failure[] {
    return this.items.filter(({ state }) => state === "failed").map((item) =>
      this.#failureOf(item)
    );
  }

  /** Ids of all batches. */
  get ids(): string[] {
    return [...this.#batches.keys()];
  }

  /** Ids of batches with failures. */
  get failedBatches(): string[] {
    return [...this.#batches].filter(([, { status }]) => status.counts.failed > 0)
      .map(([id]) => id);
  }

  /** Number of succeeded photos by warning, the most frequent first. */
  get warnings(): [code: string, photos: number][] {
    const photos = new Map<string, number>();
    for (const { warnings } of this.items) {
      const codes = new Set(warnings?.map(({ code }) => code));
      for (const code of codes) photos.set(code, (photos.get(code) ?? 0) + 1);
    }
    return [...photos].sort(([, a], [, b]) => b - a);
  }

  /** Number of photos whose cutout a simulator has made. */
  get simulated(): number {
    return this.items.filter(({ metadata }) => metadata?.background.provider === "simulator")
      .length;
  }

  /** States of the batches' webhooks. */
  get webhooks(): NonNullable<BatchStatus["webhook"]>[] {
    return [...this.#batches.values()].flatMap(({ status }) => status.webhook ?? []);
  }

  /** All items. */
  get items(): BatchItem[] {
    return [...this.#batches.values()].flatMap(({ items }) => [...items.values()]);
  }

  /** Returns a photo's file name, or its path in Storage. */
  photoOf({ filename, storage_path: { bucket, path } }: BatchItem): string {
    return filename ?? this.#nameOf(path) ?? `${bucket}/${path}`;
  }

  #failureOf(item: BatchItem): Failure {
    const { code, message } = item.error ?? { code: "unknown", message: "" };
    return { photo: this.photoOf(item), code, message, tries: item.tries };
  }
}

/** Checks whether a batch has unfinished photos; a cancelled batch finishes those in progress. */
export function isOpen({ counts }: BatchStatus): boolean {
  return counts.queued + counts.processing > 0;
}
