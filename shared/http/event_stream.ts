/** Server-sent events (WHATWG HTML, 9.2), as the body of a response. */
export class EventStream {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #body: ReadableStream<Uint8Array>;
  #isEmpty = true;
  #isOpen = true;

  /** @param onLeft Called when the reader disconnects before the end. */
  constructor(onLeft: () => void) {
    this.#body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: () => {
        this.#isOpen = false;
        onLeft();
      },
    });
  }

  /** Whether nothing has been sent yet. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * Sends an event. Does nothing if the reader has disconnected.
   *
   * @param name The event's name.
   * @param data The event's data, as JSON, in which line breaks only stand between values.
   */
  send(name: string, data: string): void {
    this.#isEmpty = false;
    if (!this.#isOpen) return;
    const text = `event: ${name}\ndata: ${data.replaceAll(/[\r\n]+/g, " ")}\n\n`;
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  /** Ends the stream. */
  end(): void {
    if (this.#isOpen) this.#controller.close();
    this.#isOpen = false;
  }

  /** Makes the response whose body is this stream. Call it once. */
  response(): Response {
    const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store" };
    return new Response(this.#body, { headers });
  }
}
