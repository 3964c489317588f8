import type { ItemStatus, Reported } from "./batch_calls.ts";

/** A message of the queue; its item is unset for a stale message or a copy. */
interface Message {
  batch: number;
  position: number;
  visible: boolean;
}

interface ModelItem {
  state: ItemStatus["state"];
  tries: number;
  attempt: number;
  message?: Message;
}

interface ModelBatch {
  items: ModelItem[];
  webhook: boolean;
  cancelled: boolean;
  finished: boolean;
}

/** An item that a worker has taken. It may report on it at any time, and more than once. */
export interface Hand {
  batch: number;
  position: number;
  attempt: number;
  tries: number;
  message: Message;
}

/** The end of an item by a worker's report. */
export type Word = "succeeded" | "failed" | "retry now" | "retry later" | "given back";

const SILENCE: Reported = { applied: false, batch_finished: false, webhook_due: false };
const MAX_TRIES = 5;

/** The expected state of batches and their queue, without a database. A batch's index in `batches` identifies it. */
export class BatchModel {
  readonly batches: ModelBatch[] = [];
  queue: Message[] = [];
  readonly #keys = new Map<string, number>();

  create(total: number, webhook: boolean, key?: string): { batch: number; created: boolean } {
    const known = key === undefined ? undefined : this.#keys.get(key);
    if (known !== undefined) return { batch: known, created: false };
    const batch = this.batches.length;
    if (key !== undefined) this.#keys.set(key, batch);
    const items = Array.from({ length: total }, (_, position): ModelItem => ({
      state: "queued",
      tries: 0,
      attempt: 0,
      message: this.#send(batch, position),
    }));
    this.batches.push({ items, webhook, cancelled: false, finished: false });
    return { batch, created: true };
  }

  take(most: number): Hand[] {
    const read: Message[] = [];
    for (const message of this.queue.filter(({ visible }) => visible)) {
      if (read.length === most) break;
      if (this.#item(message).message === message) read.push(message);
      else this.#drop(message);
    }
    const taken: Hand[] = [];
    for (const message of read) {
      message.visible = false;
      const { batch, position } = message;
      const item = this.#item(message);
      if (this.batches[batch].cancelled) this.#end(item, "cancelled");
      else if (item.tries === MAX_TRIES) this.#end(item, "failed");
      else {
        item.state = "processing";
        const [tries, attempt] = [++item.tries, ++item.attempt];
        taken.push({ batch, position, attempt, tries, message });
      }
      this.#settle(batch);
    }
    return taken;
  }

  say(hand: Hand, word: Word): Reported {
    if (!this.#holds(hand)) return SILENCE;
    const item = this.#item(hand);
    const final = word.startsWith("retry") && item.tries === MAX_TRIES ? "failed" : word;
    if (final === "succeeded" || final === "failed") this.#end(item, final);
    else if (this.batches[hand.batch].cancelled) this.#end(item, "cancelled");
    else {
      item.state = "queued";
      if (word === "given back") item.tries--;
      hand.message.visible = word !== "retry later";
    }
    return this.#settle(hand.batch);
  }

  extend(hand: Hand): boolean {
    if (!this.#holds(hand)) return false;
    hand.message.visible = false;
    return true;
  }

  cancel(batch: number): { cancelled: number; batch_finished: boolean; webhook_due: boolean } {
    const known = this.batches[batch];
    const { applied: _, ...silence } = SILENCE;
    if (known.cancelled || known.finished) return { cancelled: 0, ...silence };
    known.cancelled = true;
    const queued = known.items.filter(({ state }) => state === "queued");
    for (const item of queued) this.#end(item, "cancelled");
    const { applied: __, ...settled } = this.#settle(batch);
    return { cancelled: queued.length, ...settled };
  }

  requeue(batch: number, positions?: number[]): { requeued: number; cancelled: boolean } {
    const known = this.batches[batch];
    if (known.cancelled) return { requeued: 0, cancelled: true };
    let requeued = 0;
    for (const [position, item] of known.items.entries()) {
      if (item.state !== "failed" || positions && !positions.includes(position)) continue;
      Object.assign(item, { state: "queued", tries: 0, message: this.#send(batch, position) });
      requeued++;
    }
    if (requeued > 0) known.finished = false;
    return { requeued, cancelled: false };
  }

  /** Adds another message for the same item to the queue. */
  duplicate({ batch, position }: Message): void {
    this.#send(batch, position);
  }

  isOpen = ({ state }: ModelItem): boolean => state === "queued" || state === "processing";

  #item({ batch, position }: Pick<Message, "batch" | "position">): ModelItem {
    return this.batches[batch].items[position];
  }

  #holds(hand: Hand): boolean {
    const { state, attempt, message } = this.#item(hand);
    return state === "processing" && attempt === hand.attempt && message === hand.message;
  }

  #send(batch: number, position: number): Message {
    const message = { batch, position, visible: true };
    this.queue.push(message);
    return message;
  }

  #drop(message: Message): void {
    this.queue = this.queue.filter((other) => other !== message);
  }

  #end(item: ModelItem, state: "succeeded" | "failed" | "cancelled"): void {
    item.state = state;
    this.#drop(item.message!);
    item.message = undefined;
  }

  #settle(batch: number): Reported {
    const known = this.batches[batch];
    const ends = !known.finished && !known.items.some(this.isOpen);
    known.finished ||= ends;
    return { applied: true, batch_finished: ends, webhook_due: ends && known.webhook };
  }
}
