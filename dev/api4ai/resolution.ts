const MAX_SIDE_PX = 4096;

/** The service's message about an image over its resolution. */
export const TOO_BIG = `Resolution is too big. Maximum is ${MAX_SIDE_PX}x${MAX_SIDE_PX}.`;

/** Checks whether an image exceeds the service's resolution. */
export function isTooBig({ width, height }: { width: number; height: number }): boolean {
  return Math.max(width, height) > MAX_SIDE_PX;
}
