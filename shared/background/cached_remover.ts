import { sha256 } from "../lib/sha256.ts";
import { SingleFlight } from "../lib/single_flight.ts";
import { withTimeout } from "../lib/with_timeout.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import { firstLine, log } from "../telemetry/log.ts";
import { BackgroundError } from "./background_error.ts";
import type { BackgroundRemover, Cutout, CutoutFile } from "./cutout.ts";
import type { CutoutCache } from "./cutout_cache.ts";

/**
 * Version of the cached cutouts, a part of their paths. Raise it to invalidate older cutouts: when API4.ai returns
 * different cutouts for the same mode, or when the cache stores something other than the image. The path already
 * contains the mode and the JPEG's size and quality.
 */
const VERSION = "v1";

/** Bound on a lookup in the cache, in milliseconds. The cache exists to save time as well. */
const CACHE_TIMEOUT_MS = 2_000;

/** A cutout, and whether it comes from the cache. */
interface Reply extends CutoutFile {
  isCached: boolean;
}

/** The cutout of one photo, shared by all concurrent requests for it. */
interface Entry {
  path: string;
  /** The lookup and the call, running or finished. */
  flight?: SingleFlight<Reply, CutoutRequest>;
  /** The number of requests and cache writes that need the entry. */
  users: number;
  /** Whether the cutout is written to the cache, or the write has begun. */
  isWritten: boolean;
  /** Whether the cached cutout is unusable. */
  isStale: boolean;
}

/**
 * A remover with a cache: it is called once for the same photo. Concurrent requests for a cutout share one lookup
 * and one call.
 *
 * The JPEG for the remover identifies a photo. It is the same for the same file, and for files that differ only in
 * parts
 * that the remover does not get, such as EXIF data.
 */
export class CachedRemover {
  readonly #remover: BackgroundRemover;
  readonly #cache: CutoutCache | undefined;
  readonly #entries = new Map<string, Entry>();

  /**
   * @param remover Removes backgrounds.
   * @param cache Stores cutouts; if unset, nothing is stored or shared.
   */
  constructor(remover: BackgroundRemover, cache?: CutoutCache) {
    this.#remover = remover;
    this.#cache = cache;
  }

  /** The remover's id, for `metadata.background.provider`. */
  get provider(): string {
    return this.#remover.provider;
  }

  /** The remover's name, for messages. */
  get name(): string {
    return this.#remover.name;
  }

  /** Identifies the remover's settings. */
  get variant(): string {
    return this.#remover.variant;
  }

  /** The kind of its cutouts. */
  get kind(): Cutout["kind"] {
    return this.#remover.kind;
  }

  /** Checks early whether the remover is available; see {@linkcode BackgroundRemover.prepare}. */
  prepare(): void {
    this.#remover.prepare?.();
  }

  /**
   * Starts a request for a photo's cutout. Dispose of it in the end.
   *
   * @param photo A JPEG, upright.
   */
  request(photo: Uint8Array<ArrayBuffer>): CutoutRequest {
    return new CutoutRequest({
      enter: () => this.#enter(photo),
      leave: (entry) => this.#leave(entry),
      fetch: (entry, signal, waiting) => this.#fetch(photo, entry, signal, waiting),
      write: (entry, bytes) => this.#write(entry, bytes),
    });
  }

  async #enter(photo: Uint8Array<ArrayBuffer>): Promise<Entry> {
    // Hashes and fixed names only: Storage's client does not encode paths.
    const folder = `${VERSION}/${this.provider}-${this.variant}`;
    const path = this.#cache ? `${folder}/${await sha256(photo)}.png` : "";
    const entry = this.#entries.get(path) ??
      { path, users: 0, isWritten: false, isStale: false };
    entry.users++;
    if (this.#cache) this.#entries.set(path, entry);
    return entry;
  }

  #leave(entry: Entry): void {
    if (--entry.users === 0) this.#entries.delete(entry.path);
  }

  async #fetch(
    photo: Uint8Array<ArrayBuffer>,
    entry: Entry,
    signal: AbortSignal,
    waiting: ReadonlySet<CutoutRequest>,
  ): Promise<Reply> {
    const { kind } = this.#remover;
    const cached = await this.#lookUp(entry);
    if (cached) return { kind, bytes: cached, isCached: true };
    signal.throwIfAborted();
    // The call counts for one of the requests that still wait.
    const [first] = waiting;
    first.source = "called";
    try {
      return { ...await this.#remover.remove(photo, signal), isCached: false };
    } catch (error) {
      const isPaused = error instanceof BackgroundError &&
        error.code === "background_removal_paused";
      if (isPaused) first.source = "none";
      throw error;
    }
  }

  /** Looks the cutout up in the cache. A failing or slow cache counts as empty, and a stale cutout is deleted. */
  async #lookUp({ path, isStale }: Entry): Promise<Uint8Array<ArrayBuffer> | null> {
    const cache = this.#cache;
    if (!cache) return null;
    const over = new AbortController();
    const lookup = isStale ? cache.drop(path).then(() => null) : cache.find(path, over.signal);
    try {
      return await withTimeout(CACHE_TIMEOUT_MS, lookup);
    } catch (error) {
      logCacheFailure(isStale ? "drop" : "find", error);
      return null;
    } finally {
      over.abort();
    }
  }

  /** Writes the cutout after the answer. Until the write ends, other requests find it in the entry. */
  #write(entry: Entry, bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#cache || entry.isWritten) return;
    entry.isWritten = true;
    entry.users++;
    const written = this.#cache.keep(entry.path, bytes)
      .catch((error) => logCacheFailure("keep", error));
    afterResponse(written.finally(() => this.#leave(entry)));
  }
}

function logCacheFailure(step: "find" | "keep" | "drop", error: unknown): void {
  log("warn", "cutout_cache_failed", { step, cause: firstLine(error) });
}

/** The access of a request to its remover. */
interface Access {
  enter(): Promise<Entry>;
  leave(entry: Entry): void;
  fetch(
    entry: Entry,
    signal: AbortSignal,
    waiting: ReadonlySet<CutoutRequest>,
  ): Promise<Reply>;
  write(entry: Entry, bytes: Uint8Array<ArrayBuffer>): void;
}

/** A request for one photo's cutout: get it, check it, then accept or reject it. */
export class CutoutRequest implements Disposable {
  /** The source of the cutout: a call of the remover that counts for this request, the cache, or none so far. */
  source: "called" | "cached" | "none" = "none";
  readonly #access: Access;
  #entry: Entry | undefined;
  #last: { flight: Entry["flight"]; reply: Reply } | undefined;

  /** The cutout's path in the cache; unset before {@linkcode ask}, and without a cache. */
  get path(): string | undefined {
    return this.#entry?.path || undefined;
  }

  /** Use {@linkcode CachedRemover.request} instead. */
  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Gets the cutout from the cache, or else from the remover. Mostly waits for the network.
   *
   * @param signal Ends the wait; the call continues while another request waits for it.
   * @throws {BackgroundError} If there is no cutout.
   * @throws the signal's reason
   */
  async ask(signal?: AbortSignal): Promise<CutoutFile> {
    const entry = this.#entry ??= await this.#access.enter();
    signal?.throwIfAborted();
    const flight = entry.flight ??= this.#start(entry);
    try {
      const reply = await flight.join(this, signal);
      if (this.source === "none") this.source = "cached";
      this.#last = { flight, reply };
      return { kind: reply.kind, bytes: reply.bytes };
    } finally {
      if (flight.isAborted && entry.flight === flight) entry.flight = undefined;
    }
  }

  /** Accepts the last cutout and writes it to the cache. The response to the caller does not wait for the write. */
  accept(): void {
    const { bytes, isCached } = this.#last!.reply;
    if (!isCached) this.#access.write(this.#entry!, bytes);
  }

  /**
   * Rejects the last cutout as unusable, so that it is not cached.
   *
   * @returns Whether it came from the cache, so that another try makes sense.
   */
  reject(): boolean {
    const { flight, reply: { isCached } } = this.#last!;
    const entry = this.#entry!;
    if (entry.flight === flight) {
      entry.flight = undefined;
      entry.isStale ||= isCached;
    }
    if (this.source === "cached") this.source = "none";
    return isCached;
  }

  [Symbol.dispose](): void {
    if (this.#entry) this.#access.leave(this.#entry);
    this.#entry = undefined;
  }

  #start(entry: Entry): SingleFlight<Reply, CutoutRequest> {
    const flight = new SingleFlight<Reply, CutoutRequest>(
      this,
      (signal, waiting) => this.#access.fetch(entry, signal, waiting),
    );
    // An aborted call may still report its outcome. After a failure, the next request calls again.
    afterResponse(flight.result.then(() => {}, () => {
      if (entry.flight === flight) entry.flight = undefined;
    }));
    return flight;
  }
}
