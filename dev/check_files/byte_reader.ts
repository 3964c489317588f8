import { joinBytes } from "../../shared/lib/join_bytes.ts";

/** Reads lines of text and blocks of bytes from one stream. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array();

  /** @param stream What is read; it is locked. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Reads up to the next line feed, which is left out. @throws {Error} If the stream ends before it. */
  async line(): Promise<string> {
    let end: number;
    while ((end = this.#rest.indexOf(10)) < 0) {
      this.#rest = joinBytes([this.#rest, await this.#chunk()]);
    }
    const line = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return new TextDecoder().decode(line);
  }

  /** Reads so many bytes. @throws {Error} If the stream ends before. */
  async bytes(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const chunk = await this.#chunk();
      chunks.push(chunk);
      length += chunk.length;
    }
    const all = joinBytes(chunks);
    this.#rest = all.subarray(count);
    return all.slice(0, count);
  }

  async #chunk(): Promise<Uint8Array<ArrayBuffer>> {
    const { value, done } = await this.#reader.read();
    if (done) throw new Error("its process ended");
    return value as Uint8Array<ArrayBuffer>;
  }
}
