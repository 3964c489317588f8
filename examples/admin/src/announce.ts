let last = "";

/**
 * Has a screen reader say something when it has finished what it is saying.
 *
 * For what a person waits for: a photo is stored, or has failed. Not for each step in between.
 */
export function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (!region) return;
  // The same text twice is no change, and would not be said.
  last = text === last ? `${text}\u00a0` : text;
  region.textContent = last;
}
