/** Content of a progress line. */
export interface Shown {
  /** Name of the work, such as `uploaded`. */
  what: string;
  done: number;
  total: number;
  /** Number of failed photos among the finished ones. */
  failed: number;
  /** Photos per minute. */
  perMinute: number;
  /** Remaining milliseconds, or `null` if unknown. */
  leftMs: number | null;
  /** Earliest start, as ISO 8601, if the work has not begun. */
  begins?: string | null;
}

/** Bounds on the bar's characters. */
const BAR = { max: 30, min: 5 };

/**
 * Formats a progress bar with its figures in one line.
 *
 * @param columns Bound on the characters.
 */
export function progressLine(shown: Shown, columns: number): string {
  const { what, done, total, failed, perMinute } = shown;
  const share = total === 0 ? 1 : done / total;
  const figures = [
    `${done}/${total} ${what}`,
    // Rounded down, so that 100 % means the end.
    `${Math.floor(share * 100)} %`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`,
    ...(done === total ? [] : [timeLeft(shown)]),
  ].join("  ");
  const room = Math.min(BAR.max, columns - figures.length - 4);
  if (room < BAR.min) return figures.slice(0, columns);
  const full = Math.floor(share * room);
  return `[${"#".repeat(full)}${"-".repeat(room - full)}]  ${figures}`;
}

function timeLeft({ leftMs, begins }: Shown): string {
  if (begins) return `begins ${new Date(begins).toISOString().slice(0, 16)}Z`;
  return leftMs === null ? "time left unknown" : `${duration(leftMs)} left`;
}

/**
 * Formats a duration with at most two units.
 *
 * @param ms Milliseconds.
 */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
