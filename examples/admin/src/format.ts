const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Formats a number of bytes, such as `92.1 kB`. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} bytes`;
  return count < 1e6 ? `${number.format(count / 1e3)} kB` : `${number.format(count / 1e6)} MB`;
}

/** Formats a duration in milliseconds, such as `69 ms` or `1.1 s`. */
export function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${number.format(ms / 1_000)} s`;
}

/** Formats a date and time in the user's locale. */
export function moment(date: Date): string {
  return date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** Formats a number of photos: `1 photo`, `3 photos`. */
export function photos(count: number): string {
  return `${count} ${count === 1 ? "photo" : "photos"}`;
}
