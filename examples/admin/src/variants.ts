import { imageOf, type ProcessedImage } from "@process-image/client";
import { el } from "./dom.ts";
import { bytes } from "./format.ts";
import type { Box } from "./place_in_photo.ts";

/** Names of the variants, in display order. */
export const VARIANTS = ["processed", "detail", "grid"] as const;

const PURPOSES: Record<string, string> = {
  processed: "the master, at full size",
  detail: "for the listing page",
  grid: "for lists",
};

const FORMATS: Record<string, string> = { webp: "WebP", jpeg: "JPEG", png: "PNG" };

/** A variant and an address of its bytes. */
export interface ShownVariant {
  name: string;
  url: string;
  /** Address of the download, if it is another one: a page of another origin cannot name a file of Storage. */
  downloadUrl?: string;
  width: number;
  height: number;
  bytes: number;
  format: string;
}

/** A variant of an answer. Its address is an object URL, which the caller revokes. */
export interface LoadedVariant extends ShownVariant {
  /** The place of the crop, in the variant's pixels. */
  crop: Box;
}

/**
 * Loads the variants of an answer, from Storage or from the answer itself.
 *
 * @throws Error with a sentence for the user, if a variant cannot be read
 */
export async function loadVariants(
  reply: ProcessedImage,
  signal: AbortSignal,
): Promise<LoadedVariant[]> {
  const loaded = await Promise.all(
    namesOf(reply).map(async (name) => {
      const facts = reply.metadata[name] as VariantFacts | undefined;
      const address = reply.storage_urls?.[name];
      const blob = address ? await download(address, signal) : imageOf(reply, name);
      return blob && facts ? { name, blob, ...facts } : null;
    }),
  );
  return loaded.filter((one) => one !== null)
    .map(({ blob, ...variant }) => ({
      ...variant,
      url: URL.createObjectURL(blob),
    }));
}

/** The size and type of a variant. */
type VariantFacts = NonNullable<ProcessedImage["metadata"]["grid"]>;

/** Returns the names of an answer's variants: the standard ones, then those for channels and the portal's own. */
function namesOf({ storage_urls = {} }: ProcessedImage): string[] {
  return [...new Set([...VARIANTS, ...Object.keys(storage_urls)])];
}

async function download(address: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(address, { signal });
  if (!response.ok) {
    throw new Error(`Storage answered ${response.status} for a variant.`);
  }
  return await response.blob();
}

/** Creates the list of variants with their sizes, bytes and downloads. */
export function createDownloads(
  variants: ShownVariant[],
  photoName: string,
): HTMLElement {
  const base = photoName.replace(/\.[^.]+$/, "");
  const rows = variants.map((
    { name, url, downloadUrl = url, format, width, height, ...variant },
  ) =>
    el(
      "li",
      {},
      el(
        "span",
        { class: "variant-name" },
        el("strong", {}, name),
        el("span", { class: "quiet" }, PURPOSES[name] ?? "for a channel"),
      ),
      el(
        "span",
        { class: "variant-facts" },
        `${width} \u00d7 ${height} px, ${bytes(variant.bytes)}, ${FORMATS[format] ?? format}`,
      ),
      el(
        "a",
        {
          href: downloadUrl,
          download: `${base}-${name}.${format === "jpeg" ? "jpg" : format}`,
          "aria-label": `Download ${name}`,
        },
        "Download",
      ),
    )
  );
  return el("ul", { class: "downloads" }, ...rows);
}

/**
 * Shows the variants one below the other. They fit into the page; at real size, a pixel of the image is a CSS pixel, and an image
 * that is wider than the page scrolls.
 */
export function createRealSizes(variants: ShownVariant[]): HTMLDetailsElement {
  const figures = variants.map(({ name, url, width, height }) =>
    el(
      "figure",
      {},
      el(
        "div",
        {
          class: "real-size ground",
          tabindex: 0,
          role: "region",
          "aria-label": `${name}, ${width} by ${height} pixels`,
        },
        el("img", {
          src: url,
          width,
          height,
          alt: `The photo as ${name}`,
          decoding: "async",
        }),
      ),
      el("figcaption", { class: "quiet" }, `${name}, ${width} by ${height} pixels`),
    )
  );
  const pixels = el("input", { type: "checkbox" });
  pixels.addEventListener("change", () => details.classList.toggle("pixels", pixels.checked));
  const details: HTMLDetailsElement = el(
    "details",
    { class: "real-sizes" },
    el("summary", {}, "The variants in full"),
    el("label", { class: "check" }, pixels, "Real size: scroll to see the parts beyond the page"),
    ...figures,
  );
  return details;
}
