let last = "";

/**
 * Makes a screen reader say a text after its current one.
 *
 * Use it for outcomes, such as a stored or failed photo, not for each step.
 */
export function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (!region) return;
  // A screen reader does not repeat a text that has not changed.
  last = text === last ? `${text}\u00a0` : text;
  region.textContent = last;
}
