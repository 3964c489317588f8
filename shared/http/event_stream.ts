/** Server-sent events (WHATWG HTML, 9.2), as the body of a response. */
export class EventStream {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #body: ReadableStream<Uint8Array>;
  #isEmpty = true;
  #isOpen = true;

  /** @param onLeft Called when the one who reads goes away before the end. */
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
   * Sends an event; does nothing if nobody reads any more.
   *
   * @param name Its name.
   * @param data Its data, JSON. A line break in it is one between values.
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

  /** The response that it is the body of; to be called once. */
  response(): Response {
    const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store" };
    return new Response(this.#body, { headers });
  }
}
