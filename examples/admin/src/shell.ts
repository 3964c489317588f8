import type { SupabaseClient, User } from "@supabase/supabase-js";
import { createBatchView } from "./batch_view.ts";
import { createCarView } from "./car/car_view.ts";
import { button, el, fill } from "./dom.ts";
import { createGalleryView } from "./gallery_view.ts";
import { dropKeptPhotos } from "./kept_photos.ts";
import { createPhotosView } from "./photos_view.ts";
import type { View } from "./view.ts";

/** Creates the frame around the views: the header, the navigation and the signed-in user. */
export function createShell(supabase: SupabaseClient, user: User) {
  const views: Record<string, View> = {
    car: createCarView(supabase),
    photos: createPhotosView(supabase, user.id),
    batch: createBatchView(supabase),
    gallery: createGalleryView(supabase),
  };
  const links = Object.entries(views).map(([name, { title }]) =>
    el("a", { href: `#${name}` }, title)
  );
  const main = el("main", { id: "main" });
  let current: View | undefined;

  // In `#batch/ID`, the part after the slash belongs to the view.
  const show = (): View => {
    const [name, place] = location.hash.slice(1).split("/");
    const view = views[name] ?? views.car;
    for (const link of links) {
      const isCurrent = view.title === link.textContent;
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${view.title} - Car photos`;
    if (view !== current) fill(main, view.element);
    current = view;
    view.shown?.(place);
    return view;
  };
  const follow = (): void => {
    // The listener of an ended session removes itself.
    if (!main.isConnected) return removeEventListener("hashchange", follow);
    const before = current;
    const view = show();
    if (view !== before) view.heading.focus();
  };
  addEventListener("hashchange", follow);

  const element = el(
    "div",
    { class: "shell" },
    el(
      "a",
      { class: "skip", href: "#main", on: { click: skipTo(main) } },
      "Skip to the content",
    ),
    el(
      "header",
      { class: "bar" },
      el("p", { class: "brand" }, "Car photos"),
      el("nav", { "aria-label": "Views" }, ...links),
      el(
        "p",
        { class: "who" },
        el("span", { class: "email" }, user.email ?? "signed in"),
        button("Sign out", () => {
          void dropKeptPhotos();
          void supabase.auth.signOut();
        }, {
          class: "plain",
        }),
      ),
    ),
    main,
  );
  void warnWithoutRole(supabase, main);
  show();
  return { element, focus: () => current?.heading.focus() };
}

/** Asks the database, which has the function's `ADMIN_ROLES`. This is only a hint: the function itself refuses. */
async function warnWithoutRole(supabase: SupabaseClient, main: HTMLElement): Promise<void> {
  const { data } = await supabase.rpc("process_image_is_admin");
  if (data === false) main.before(withoutRole());
}

function withoutRole(): HTMLElement {
  return el(
    "p",
    { class: "notice warning", role: "alert" },
    "You are signed in without the role that may process photos. Ask an administrator for the role, then sign in again.",
  );
}

function skipTo(main: HTMLElement): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    main.querySelector<HTMLElement>("h1")?.focus();
  };
}
