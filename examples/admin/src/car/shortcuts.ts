import { button, el } from "../dom.ts";

/** A keyboard shortcut. */
export interface Shortcut {
  /** The key, as in `KeyboardEvent.key`; with `ctrl`, together with Ctrl or Command. */
  key: string;
  ctrl?: boolean;
  text: string;
  run: () => void;
}

/** Keys of other parts, for the list only. */
const OTHER_KEYS: [keys: string, text: string][] = [
  [
    "Enter, arrow keys",
    "on Move: grab a photo and move it; Enter drops, Escape cancels",
  ],
  ["Arrow keys", "on the ground line or the crop: move it"],
  ["Escape", "close a photo"],
];

/**
 * Listens for shortcuts while a part of the page is visible, and creates the button that lists them.
 *
 * Single letters do nothing while the user types, nor while a dialog is open.
 */
export function createShortcuts(
  part: HTMLElement,
  shortcuts: Shortcut[],
): HTMLElement {
  const list = el(
    "dl",
    { class: "shortcuts" },
    ...[
      ...shortcuts.map((
        { key, ctrl, text },
      ) => [ctrl ? `Ctrl + ${key.toUpperCase()}` : key, text]),
      ...OTHER_KEYS,
    ].flatMap((
      [keys, text],
    ) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, text)]),
  );
  const dialog = el(
    "dialog",
    { class: "shortcut-list", "aria-label": "Keyboard shortcuts" },
    el(
      "header",
      {},
      el("h2", { tabindex: -1 }, "Keyboard shortcuts"),
      button("Close", () => dialog.close()),
    ),
    list,
  );
  const open = (): void => dialog.showModal();
  const all = [...shortcuts, { key: "?", text: "", run: open }];
  document.addEventListener("keydown", (event) => {
    if (!part.isConnected || event.defaultPrevented || event.altKey) return;
    if (isTyping(event.target)) return;
    const isCtrl = event.ctrlKey || event.metaKey;
    const shortcut = all.find((one) =>
      one.key === event.key.toLowerCase() && (one.ctrl ?? false) === isCtrl
    );
    if (!shortcut || (!isCtrl && document.querySelector("dialog[open]"))) {
      return;
    }
    event.preventDefault();
    shortcut.run();
  });
  return el(
    "span",
    {},
    button("Keyboard shortcuts", open, { class: "plain" }),
    dialog,
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    target.matches(
      "input:not([type=radio], [type=checkbox], [type=range]), select, textarea",
    );
}
