import type { SupabaseClient } from "@supabase/supabase-js";
import { el, fill, newId } from "../dom.ts";

/** Bound on the rows that are read for the vehicles to choose from: one a photo. */
const MAX_ROWS = 1_000;

/** The form that opens a gallery. */
export interface CarOpener {
  element: HTMLFormElement;
  /** Shows the id of the open gallery. */
  show(id: string): void;
  /** Shows an id that cannot be opened, and says why. */
  refuse(id: string): void;
}

/**
 * Creates the form in which the user chooses or types a vehicle's id.
 *
 * @param onOpen Called with a valid id.
 */
export function createCarOpener(
  supabase: SupabaseClient,
  onOpen: (id: string) => void,
): CarOpener {
  const list = el("datalist", { id: newId("vehicles") });
  const input = el("input", {
    ...{
      type: "text",
      id: newId("vehicle"),
      list: list.id,
      required: true,
      maxlength: 64,
    },
    ...{
      pattern: "[A-Za-z0-9_\\-]{1,64}",
      autocomplete: "off",
      autocapitalize: "off",
    },
    spellcheck: "false",
    title: "1 to 64 letters, digits, - and _",
  });
  const element = el(
    "form",
    {
      class: "car-opener",
      on: {
        submit: (event) => {
          event.preventDefault();
          onOpen(input.value);
        },
      },
    },
    el("label", { for: input.id }, "Vehicle id, such as the stock number"),
    input,
    list,
    el("button", { type: "submit", class: "primary" }, "Open"),
  );
  const refresh = async (): Promise<void> => {
    const { data } = await supabase.from("process_image_vehicle_photos").select(
      "vehicle_id",
    )
      .order("vehicle_id").limit(MAX_ROWS);
    const ids = new Set(
      (data ?? []).map(({ vehicle_id }) => String(vehicle_id)),
    );
    fill(list, ...[...ids].map((value) => el("option", { value })));
  };
  input.addEventListener("focus", () => void refresh());
  return {
    element,
    show: (id) => void (input.value = id),
    refuse: (id) => {
      input.value = id;
      input.reportValidity();
    },
  };
}
