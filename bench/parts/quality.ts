import { Buffer } from "node:buffer";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { readReply } from "../../shared/background/read_reply.ts";
import { type StandardVariant, VARIANTS } from "../../shared/image/plan.ts";
import type { Mask, Raster } from "../../shared/image/raster.ts";
import { alphaPlane, inside } from "../../tests/helpers/car_geometry.ts";
import { CARS } from "../../tests/helpers/fixtures.ts";
import { rasterOf } from "../../tests/helpers/magick_files.ts";
import { lumaOf, psnr } from "../../tests/helpers/psnr.ts";
import type { Backend } from "../backend.ts";
import { DEFAULT_QUALITY } from "../default_quality.ts";
import { libwebp } from "../libwebp.ts";
import { fixturePath } from "../photos.ts";
import { type Reference, referenceOf, renderReference } from "../reference.ts";
import { sendPhoto } from "../send_photo.ts";
import { atMost, ratio, type Table } from "../table.ts";

const ERODED_PX = 4;
const GOAL_DB = 38;
const GOAL_SIZE = 1.25;

type Files = Record<StandardVariant, Uint8Array>;

/** Compares the variants with a full-quality reference, and measures their files. */
export async function benchQuality(backend: Backend): Promise<Table[]> {
  const psnrRows: string[][] = [];
  const sizeRows: string[][] = [];
  const served = await backend.start();
  try {
    for (const { name } of CARS) {
      const photo = await Deno.readFile(fixturePath(`${name}.jpg`));
      const filesOf = async (format: string): Promise<Files> => {
        const query = `format=${format}&quality=${DEFAULT_QUALITY}`;
        return decodeFiles((await sendPhoto(served.url, backend.headers, photo, query)).reply);
      };
      const webp = await filesOf("webp");
      const reference = await referenceOf(name, await answeredMask(backend));
      const png = await filesOf("png");
      for (const variant of VARIANTS) {
        const label = `${name} ${variant}`;
        const exact = await rasterOf(png[variant]);
        const coded = await rasterOf(webp[variant]);
        psnrRows.push([label, ...await compare(exact, coded, reference, variant)]);
        sizeRows.push([label, ...await sizes(exact, coded, webp[variant])]);
      }
    }
  } finally {
    await served.close();
  }
  return [psnrTable(psnrRows), sizeTable(sizeRows)];
}

/** Returns the simulator's mask of the last photo that the function sent. */
export async function answeredMask({ simulator }: Backend): Promise<Mask> {
  const { image, width = 0, height = 0 } = simulator.requests.at(-1) ?? {};
  if (!image) throw new Error("The function has not sent a photo.");
  const form = new FormData();
  form.set("image", new Blob([new Uint8Array(image)], { type: "image/jpeg" }), "photo.jpg");
  const response = await fetch(`${simulator.url}?mode=fg-mask`, {
    method: "POST",
    headers: { "X-API-KEY": simulator.apiKey },
    body: form,
  });
  const { data } = await rasterOf(
    readReply(await response.bytes(), { name: "The simulator" }).image,
  );
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4]),
  };
}

async function compare(
  exact: Raster,
  coded: Raster,
  reference: Reference,
  variant: StandardVariant,
): Promise<string[]> {
  const ideal = renderReference(reference, variant);
  const idealCoded = await rasterOf(await libwebp(ideal, DEFAULT_QUALITY));
  const mask = inside(exact, ERODED_PX);
  const db = (a: Raster, b: Raster) => psnr(a, b, { mask });
  const goal = db(coded, idealCoded);
  return [
    goal.toFixed(1),
    goal >= GOAL_DB ? "ok" : "missed",
    db(lumaOf(coded), lumaOf(idealCoded)).toFixed(1),
    db(coded, ideal).toFixed(1),
    db(idealCoded, ideal).toFixed(1),
    db(exact, ideal).toFixed(1),
  ];
}

async function sizes(exact: Raster, coded: Raster, file: Uint8Array): Promise<string[]> {
  const usual = await libwebp(exact, DEFAULT_QUALITY);
  const share = file.length / usual.length;
  const alpha = alphaPlane(exact);
  const isSame = alphaPlane(coded).every((value, i) => value === alpha[i]);
  return [
    String(file.length),
    String(usual.length),
    ratio(share),
    atMost(share, GOAL_SIZE),
    isSame ? "exact" : "differs",
  ];
}

/** Decodes the variants of an answer. */
export function decodeFiles(reply: Reply): Files {
  const file = (name: StandardVariant) => new Uint8Array(Buffer.from(reply[name] ?? "", "base64"));
  return { processed: file("processed"), grid: file("grid"), detail: file("detail") };
}

function psnrTable(rows: string[][]): Table {
  return {
    title: "Quality",
    note:
      `PSNR in dB inside the car (${ERODED_PX} px from its edge). The reference: full decode, true mask, Lanczos in ` +
      `one step, libwebp of method 4 at the same quality (${DEFAULT_QUALITY}); goal >= ${GOAL_DB}.`,
    columns: [
      "variant",
      "WebP / reference",
      "",
      "its brightness",
      "WebP / uncoded reference",
      "reference / its uncoded self",
      "PNG / uncoded reference",
    ],
    rows,
  };
}

function sizeTable(rows: string[][]): Table {
  return {
    title: "File sizes",
    note:
      `Bytes of the WebP files beside libwebp of method 4 on the same pixels at the same quality; goal <= ${
        ratio(GOAL_SIZE)
      }. Alpha: whether the file's alpha equals the PNG's bit for bit.`,
    columns: ["variant", "bytes", "libwebp, method 4", "ratio", "", "alpha"],
    rows,
  };
}
