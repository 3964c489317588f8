import type { PhotoOptions } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { el, fill, newId } from "./dom.ts";

/** The bucket of pictures that stand behind cars. */
const BUCKET = "car-backgrounds";

/** Bound on the pictures to choose from. */
const MAX_PICTURES = 24;

/** The controls of a background. */
export interface BackgroundFields {
  elements: HTMLElement[];
  /** Shows the controls that apply to the current choice. */
  update(): void;
  read(): PhotoOptions["background"];
}

const KINDS = {
  transparent: "transparent",
  color: "a colour",
  studio: "a studio",
  picture: "a picture",
};

/** Creates the controls of a background: none, a colour, a studio, or a picture of the bucket. */
export function createBackgroundFields(supabase: SupabaseClient): BackgroundFields {
  const kind = el(
    "select",
    {},
    ...Object.entries(KINDS).map(([value, text]) => el("option", { value }, text)),
  );
  const color = el("input", { type: "color", value: "#ffffff" });
  const wall = el("input", { type: "color", value: "#eceef1" });
  const floor = el("input", { type: "color", value: "#dcdfe3" });
  const horizon = el("input", {
    ...{ type: "number", min: 0, max: 100, step: 1, value: 62 },
    required: true,
  });
  const name = newId("picture");
  const pictures = el("fieldset", { class: "pictures" }, el("legend", {}, "Picture"));
  const details: [kind: string, element: HTMLElement][] = [
    ["color", field("Colour", color)],
    ["studio", field("Wall", wall)],
    ["studio", field("Floor", floor)],
    ["studio", field("Horizon, % from the top", horizon)],
    ["picture", pictures],
  ];
  let isLoaded = false;
  const load = async (): Promise<void> => {
    isLoaded = true;
    fill(
      pictures,
      el("legend", {}, "Picture"),
      el("p", { class: "quiet" }, "Loading the pictures"),
    );
    const choices = await listPictures(supabase, name).catch((error: Error) => error);
    if (choices instanceof Error) isLoaded = false; // the next choice tries again
    const content = choices instanceof Error
      ? [el("p", { class: "form-problem" }, `The pictures cannot be read: ${choices.message}`)]
      : choices.length > 0
      ? choices
      : [el("p", { class: "quiet" }, `There are none: upload JPEGs to the bucket ${BUCKET}.`)];
    fill(pictures, el("legend", {}, "Picture"), ...content);
  };
  const update = (): void => {
    for (const [of, element] of details) element.hidden = kind.value !== of;
    horizon.disabled = kind.value !== "studio";
    if (kind.value === "picture" && !isLoaded) void load();
  };
  update();
  const chosen = () => pictures.querySelector<HTMLInputElement>("input:checked")?.value;
  const read = (): PhotoOptions["background"] => {
    if (kind.value === "color") return color.value;
    if (kind.value === "studio") {
      const share = horizon.valueAsNumber / 100;
      return { studio: { wall: wall.value, floor: floor.value, horizon: share } };
    }
    const path = kind.value === "picture" ? chosen() : undefined;
    return path === undefined ? "transparent" : { storage_path: { bucket: BUCKET, path } };
  };
  return {
    elements: [field("Background", kind), ...details.map(([, element]) => element)],
    update,
    read,
  };
}

/** Lists the bucket's pictures as radio buttons, the first one checked. */
async function listPictures(supabase: SupabaseClient, name: string): Promise<HTMLElement[]> {
  const bucket = supabase.storage.from(BUCKET);
  const { data, error } = await bucket.list("", {
    limit: MAX_PICTURES,
    sortBy: { column: "name", order: "asc" },
  });
  if (error) throw error;
  const files = data.filter(({ id }) => id !== null); // the others are folders
  return await Promise.all(files.map(async ({ name: path }, index) => {
    const file = await bucket.download(path);
    const image = el("img", {
      alt: "",
      ...(file.data && { src: URL.createObjectURL(file.data) }),
    });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    const input = el("input", { type: "radio", name, value: path, checked: index === 0 });
    return el("label", { class: "picture" }, input, image, path);
  }));
}

function field(text: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id = newId("background");
  return el("div", { class: "field" }, el("label", { for: control.id }, text), control);
}
