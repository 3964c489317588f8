import { z } from "zod";
import { within } from "./until.ts";

const attribute = z.strictObject({
  key: z.string(),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^\d+$/) }),
  ]),
});
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const time = z.string().regex(/^\d{19}$/);

/** A span in OTLP's JSON, with exactly the fields that the function sends. */
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  traceState: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes: z.array(attribute).optional(),
  status: z.strictObject({ code: z.int() }).optional(),
});
const payload = z.strictObject({
  resourceSpans: z.tuple([z.strictObject({
    resource: z.strictObject({ attributes: z.array(attribute) }),
    scopeSpans: z.tuple([z.strictObject({
      scope: z.strictObject({ name: z.literal("process-image") }),
      spans: z.array(span).min(1),
    })]),
  })]),
});

/** A received span. */
export type Span = z.infer<typeof span>;

/** The content of one delivery. */
export interface Delivery {
  path: string;
  headers: Headers;
  service: string;
  spans: Span[];
}

/** An OpenTelemetry collector on 127.0.0.1 that accepts only what the specification describes. */
export class Collector implements AsyncDisposable {
  readonly deliveries: Delivery[] = [];
  /** Makes the collector's response. */
  answer: () => Response | Promise<Response> = () => Response.json({});
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] } = payload.parse(
        await request.json(),
      );
      const service = JSON.stringify(resource.attributes);
      const { pathname: path } = new URL(request.url);
      this.deliveries.push({ path, headers: request.headers, service, spans });
      return await this.answer();
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within(this.#server.shutdown(), "the end of the collector");
  }
}
