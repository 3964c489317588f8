import { firstLine, log } from "../log.ts";
import { type RequestSpan, spansPayload } from "./otlp_payload.ts";

/** Settings of the collector that receives the spans. */
export interface OtlpOptions {
  /** The collector's address, without a trailing slash; `/v1/traces` is added. */
  endpoint: string;
  /** Headers for the collector, such as its key. */
  headers: Readonly<Record<string, string>>;
  /** The spans' `service.name`. */
  serviceName: string;
}

/** Bound on a delivery, in milliseconds. Spans that the collector does not accept are lost. */
const TIMEOUT_MS = 5_000;

/** Bound on concurrent deliveries, so that a hanging collector does not fill the memory. */
const MAX_DELIVERIES = 8;

/**
 * Sends spans to an OpenTelemetry collector, as OTLP/HTTP in JSON.
 *
 * It does not use OpenTelemetry's SDK: the payload is small and fixed, and importing the SDK and its exporter
 * (sdk-trace-base 2.0.1, exporter-trace-otlp-http 0.203.0) takes about 60 ms of CPU on Deno 2.1.4, half of the function's
 * start.
 */
export class OtlpExporter {
  readonly #options: OtlpOptions;
  #deliveries = 0;
  #failing = false;

  /** @param options The collector's settings. */
  constructor(options: OtlpOptions) {
    this.#options = options;
  }

  /** Sends the spans of a request and its steps. It does not throw: failures are logged once, until a delivery succeeds. */
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
      redirect: "manual", // a redirect would receive the collector's key
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The collector answered with status ${response.status}.`);
  }
}
