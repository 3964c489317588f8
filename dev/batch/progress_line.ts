/** What a line of progress tells. */
export interface Shown {
  /** What is going on, such as `uploaded`. */
  what: string;
  done: number;
  total: number;
  /** How many of those that are done have failed. */
  failed: number;
  /** Photos a minute. */
  perMinute: number;
  /** Milliseconds, or `null` where nobody can tell. */
  leftMs: number | null;
  /** When it may begin, as ISO 8601, where it has not. */
  begins?: string | null;
}

/** Characters of the bar itself, at most and at least. */
const BAR = { most: 30, least: 5 };

/**
 * A progress bar in one line, with the figures that matter.
 *
 * @param columns Characters that fit.
 */
export function progressLine(shown: Shown, columns: number): string {
  const { what, done, total, failed, perMinute } = shown;
  const share = total === 0 ? 1 : done / total;
  const figures = [
    `${done}/${total} ${what}`,
    // Not 100 before all are done.
    `${Math.floor(share * 100)} %`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`,
    ...(done === total ? [] : [timeLeft(shown)]),
  ].join("  ");
  const room = Math.min(BAR.most, columns - figures.length - 4);
  if (room < BAR.least) return figures.slice(0, columns);
  const full = Math.floor(share * room);
  return `[${"#".repeat(full)}${"-".repeat(room - full)}]  ${figures}`;
}

function timeLeft({ leftMs, begins }: Shown): string {
  if (begins) return `begins ${new Date(begins).toISOString().slice(0, 16)}Z`;
  return leftMs === null ? "time left unknown" : `${duration(leftMs)} left`;
}

/**
 * A duration as people say it, in two units at most.
 *
 * @param ms Milliseconds.
 */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
