/**
 * Names that a preset cannot have, since the answer, its `metadata` or its `timings_ms` have a field of that name. Presets
 * stand beside them.
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...["processed", "success", "metadata", "storage_urls", "warnings", "served_by", "request_id"],
  ...["error", "source", "conversion", "original_size", "filename", "background", "reused"],
  ...["timings_ms", "crop", "subject", "quality", "plate", "vehicle", "vehicle_id", "position"],
  ...[
    "auth",
    "body",
    "route",
    "lookup",
    "queue",
    "decode",
    "detail_decode",
    "backdrop",
    "backdrop_decode",
    "store",
  ],
  ...["hand_over", "legacy", "total", "manifest", "refusal"],
]);

/** Whether a preset cannot have a name. */
export function isReservedName(name: string): boolean {
  return RESERVED.has(name) || name in Object.prototype;
}
