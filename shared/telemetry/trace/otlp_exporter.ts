import { firstLine, log } from "../log.ts";
import { type RequestSpan, spansPayload } from "./otlp_payload.ts";

/** Where spans are sent. */
export interface OtlpOptions {
  /** The collector's address, without a trailing slash; `/v1/traces` is added. */
  endpoint: string;
  /** Headers for the collector, such as its key. */
  headers: Readonly<Record<string, string>>;
  /** What the spans are filed under. */
  serviceName: string;
}

/** Bound on a delivery, in milliseconds: spans that a collector does not take are lost. */
const TIMEOUT_MS = 5_000;

/** Deliveries at a time, at most: a collector that hangs shall not gather requests in memory. */
const MAX_DELIVERIES = 8;

/**
 * Sends spans to an OpenTelemetry collector, as OTLP/HTTP in JSON.
 *
 * By hand, since the payload is small and fixed: importing OpenTelemetry's own SDK and exporter (sdk-trace-base 2.0.1,
 * exporter-trace-otlp-http 0.203.0) takes some 60 ms of CPU on Deno 2.1.4, half of what the whole function takes to start.
 */
export class OtlpExporter {
  readonly #options: OtlpOptions;
  #deliveries = 0;
  #failing = false;

  /** @param options Where they are sent. */
  constructor(options: OtlpOptions) {
    this.#options = options;
  }

  /** Sends a request's span and those of its steps. It does not throw: what fails is logged once, until it works again. */
  async send(span: RequestSpan): Promise<void> {
    if (this.#deliveries >= MAX_DELIVERIES) return;
    this.#deliveries++;
    try {
      await this.#deliver(span);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log("warn", "spans_not_sent", { cause: firstLine(error) });
      this.#failing = true;
    } finally {
      this.#deliveries--;
    }
  }

  async #deliver(span: RequestSpan): Promise<void> {
    const { endpoint, headers, serviceName } = this.#options;
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(spansPayload(span, serviceName)),
      redirect: "manual", // a redirect would take the collector's key along
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The collector answered with status ${response.status}.`);
  }
}
