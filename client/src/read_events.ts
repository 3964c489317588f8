/** An event of a `text/event-stream`. */
export interface StreamEvent {
  /** @default "message" */
  event: string;
  data: string;
}

/**
 * Reads a `text/event-stream`, wherever its chunks are split.
 *
 * @throws the connection's error
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const more = decoder.decode(value, { stream: true });
      text += more;
      // Megabytes of base64 can arrive without a line end.
      if (!/[\r\n]/.test(more)) continue;
      // A "\r" at the end may be the first half of "\r\n".
      const end = text.endsWith("\r") ? text.length - 1 : text.length;
      const blocks = (text.slice(0, end).replace(/\r\n?/g, "\n") + text.slice(end)).split("\n\n");
      text = blocks.pop()!;
      yield* blocks.map(eventOf).filter((event) => event !== null);
    }
  } finally {
    // A consumer that stops early does not need the rest.
    await reader.cancel().catch(() => {});
  }
}

function eventOf(block: string): StreamEvent | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
  return data.length > 0 ? { event, data: data.join("\n") } : null;
}
