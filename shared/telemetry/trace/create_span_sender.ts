import type { Config } from "../../config.ts";
import { OtlpExporter } from "./otlp_exporter.ts";
import type { SendSpan } from "./request_span.ts";

/** Creates the sender of spans; `undefined` without a collector. */
export function createSpanSender({ otlp }: Config): SendSpan | undefined {
  if (otlp.endpoint === undefined) return undefined;
  const exporter = new OtlpExporter({ ...otlp, endpoint: otlp.endpoint });
  return (span) => exporter.send(span);
}
