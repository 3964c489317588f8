/** A fake `XMLHttpRequest`, until it is disposed of. It sends with `fetch`, and reports progress at fixed intervals. */
export class FakeXmlHttpRequest {
  /** @param everyBytes Bytes between two progress events. */
  constructor(everyBytes: number) {
    const Sender = class extends Exchange {
      override readonly everyBytes = everyBytes;
    };
    Object.assign(globalThis, { XMLHttpRequest: Sender });
  }

  [Symbol.dispose](): void {
    delete (globalThis as { XMLHttpRequest?: unknown }).XMLHttpRequest;
  }
}

class Exchange {
  readonly everyBytes: number = 0;
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  status = 0;
  responseText = "";
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  readonly #headers = new Headers();
  readonly #controller = new AbortController();
  #target: [method: string, url: string] = ["", ""];
  #answer = new Headers();

  open(method: string, url: string): void {
    this.#target = [method, url];
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.#answer.get(name);
  }

  async send(body: Blob): Promise<void> {
    const [method, url] = this.#target;
    const { signal } = this.#controller;
    try {
      const response = await fetch(url, {
        method,
        headers: this.#headers,
        body,
        signal,
      });
      this.responseText = await response.text();
      this.status = response.status;
      this.#answer = response.headers;
    } catch {
      return signal.aborted ? this.onabort?.() : this.onerror?.();
    }
    for (
      let loaded = this.everyBytes;
      loaded < body.size;
      loaded += this.everyBytes
    ) {
      this.upload.onprogress?.({ loaded });
    }
    this.upload.onprogress?.({ loaded: body.size });
    this.onload?.();
  }

  abort(): void {
    this.#controller.abort();
  }
}
