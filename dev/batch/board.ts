import type { BatchItem, BatchStatus } from "./batch_api.ts";
import type { Failure } from "./failure_table.ts";

/** Photos by what became of them. */
export type Counts = BatchStatus["counts"];

const NONE: Counts = { queued: 0, processing: 0, succeeded: 0, failed: 0, cancelled: 0, total: 0 };

/** How some batches stand together. */
export class Board {
  readonly #batches = new Map<string, { status: BatchStatus; items: Map<number, BatchItem> }>();
  readonly #nameOf: (path: string) => string | undefined;

  /** @param nameOf The file's name of a path in Storage, where the function does not tell it. */
  constructor(nameOf: (path: string) => string | undefined = () => undefined) {
    this.#nameOf = nameOf;
  }

  /**
   * Takes how a batch stands. Photos that are not mentioned are as they were.
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

  /** When the batches may begin, as ISO 8601, where all of them still wait for that; else `null`. */
  get begins(): string | null {
    const all = [...this.#batches.values()].map(({ status }) => status);
    const waiting = all.every(({ counts: { queued, total } }) => queued === total);
    const [first] = all.flatMap(({ not_before }) => not_before ?? []).sort();
    return waiting && first ? first : null;
  }

  /** Photos of all batches. */
  get counts(): Counts {
    const sum = { ...NONE };
    for (const { status } of this.#batches.values()) {
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += status.counts[name];
    }
    return sum;
  }

  /** How many of them are still to be done. */
  get left(): number {
    return this.counts.queued + this.counts.processing;
  }

  /** What failed, in the order of the batches and their photos. */
  get failures(): Failure[] {
    return this.items.filter(({ state }) => state === "failed").map((item) =>
      this.#failureOf(item)
    );
  }

  /** The batches that something failed in. */
  get failedBatches(): string[] {
    return [...this.#batches].filter(([, { status }]) => status.counts.failed > 0)
      .map(([id]) => id);
  }

  /** How many photos succeeded with each warning, the most frequent first. */
  get warnings(): [code: string, photos: number][] {
    const photos = new Map<string, number>();
    for (const { warnings } of this.items) {
      const codes = new Set(warnings?.map(({ code }) => code));
      for (const code of codes) photos.set(code, (photos.get(code) ?? 0) + 1);
    }
    return [...photos].sort(([, a], [, b]) => b - a);
  }

  /** What became of the calls at the end of the batches, of those that have one. */
  get webhooks(): NonNullable<BatchStatus["webhook"]>[] {
    return [...this.#batches.values()].flatMap(({ status }) => status.webhook ?? []);
  }

  /** Every photo. */
  get items(): BatchItem[] {
    return [...this.#batches.values()].flatMap(({ items }) => [...items.values()]);
  }

  /** A photo's file, or where it is in Storage. */
  photoOf({ filename, storage_path: { bucket, path } }: BatchItem): string {
    return filename ?? this.#nameOf(path) ?? `${bucket}/${path}`;
  }

  #failureOf(item: BatchItem): Failure {
    const { code, message } = item.error ?? { code: "unknown", message: "" };
    return { photo: this.photoOf(item), code, message, tries: item.tries };
  }
}

/** Whether anything of a batch is still to be done; of a cancelled one, what was being processed is. */
export function isOpen({ counts }: BatchStatus): boolean {
  return counts.queued + counts.processing > 0;
}
