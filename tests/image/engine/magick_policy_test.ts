// Proves that ImageMagick reads and writes only the intended formats, within its limits.
import assert from "node:assert/strict";
import {
  MagickFormat,
  MagickImage,
  MagickReadSettings,
  ResourceLimits,
} from "@imagemagick/magick-wasm";
import { decodePhoto } from "../../../shared/image/decode/decode.ts";
import { INPUT_FORMATS } from "../../../shared/image/image_format.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { loadMagick, readWithin } from "../../../shared/image/engine/magick.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";

const engine = await loadMagick();
const text = (value: string) => new TextEncoder().encode(value);

/** Returns the engine's error for a read, or null if it reads. */
function complaint(read: (image: ReturnType<typeof MagickImage.create>) => void): string | null {
  const image = MagickImage.create();
  try {
    engine.run(() => read(image));
    return null;
  } catch (error) {
    return String(error);
  } finally {
    image.dispose();
  }
}

const FILES: Record<string, string> = {
  SVG:
    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='/etc/passwd'/></svg>",
  MSVG: "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
  MVG: "viewbox 0 0 9 9 image over 0,0 0,0 'label:@/etc/passwd'",
  MSL: "<image size='9x9'><read filename='xc:red'/><write filename='/tmp/x.png'/></image>",
  PDF: "%PDF-1.7\n%%EOF",
  PS: "%!PS\n(/etc/passwd) (r) file",
  EPS: "%!PS-Adobe-3.0 EPSF-3.0\n",
  TEXT: "@/etc/passwd",
  TXT: "# ImageMagick pixel enumeration: 1,1,255,srgb\n0,0: (1,1,1) #010101 black",
  LABEL: "@/etc/passwd",
  CAPTION: "@/etc/passwd",
  INLINE: "data:image/png;base64,AAAA",
  URL: "http://127.0.0.1/",
  HTTP: "http://127.0.0.1/",
  HTTPS: "https://127.0.0.1/",
  FTP: "ftp://127.0.0.1/",
  FILE: "file:///etc/passwd",
  XC: "red",
  MPC: "id=MagickPixelCache",
  MIFF: "id=ImageMagick",
  PSD: "8BPS",
  DNG: "II*\0",
  JXL: "\xff\x0a",
  ICO: "\0\0\x01\0",
  EPHEMERAL: "/tmp/x",
  VIDEO: "x",
};

for (const [format, content] of Object.entries(FILES)) {
  Deno.test(`the engine refuses ${format}, even if a caller names the format`, () => {
    const settings = new MagickReadSettings({ format: format as MagickFormat });
    assert.match(
      complaint((image) => image.read(text(content), settings)) ?? "it was read",
      /NotAuthorized|NoDecodeDelegate/,
    );
  });
}

for (
  const name of [
    "@/etc/passwd",
    "label:@/etc/passwd",
    "|id",
    "http://127.0.0.1/",

    "xc:red",
  ]
) {
  Deno.test(`the engine refuses to read from the name ${name}`, () => {
    assert.match(
      complaint((image) => image.read(name)) ?? "it was read",
      /NotAuthorized|NoDecodeDelegate/,
    );
  });
}

Deno.test("the engine writes only JPEG and PNG", async () => {
  using photo = await decoded(await fixture("small.jpg"));
  const file = photo.toJpeg(80);
  const asked = Object.values(MagickFormat).filter((format) =>
    complaint((image) => {
      image.read(file, new MagickReadSettings({ format: MagickFormat.Jpeg }));
      image.write(format, () => {});
    }) === null
  );
  const files = new Set(["JPEG", "JPG", "JPE", "JPS", "PJPEG", "PNG", "PNG8", "PNG24", "PNG32"]);
  const other = asked.filter((format) => !files.has(format) && !/^PNG/.test(format));
  assert.deepEqual(other, []);
  assert.ok(asked.includes("JPEG") && asked.includes("PNG"));
});

Deno.test("the limits are set, and suffice for the largest photo that a setting allows", () => {
  const largest = 268_435_456n;
  assert.ok(ResourceLimits.area >= largest);
  assert.ok(ResourceLimits.memory >= largest * 5n * 2n && ResourceLimits.memory < 4n << 30n);
  assert.ok(ResourceLimits.maxMemoryRequest >= largest * 5n);
  const { disk, listLength, width, height, maxProfileSize } = ResourceLimits;
  assert.deepEqual([disk, listLength, width, height], [0n, 2n, 16_384n, 16_384n]);
  assert.equal(maxProfileSize, 8n << 20n);
});

const photo = await rasterOf(await fixture("small.jpg"), (image) => image.resize(1100, 734));
/** A JPEG's header is read as its decoder reads it, and no HEIC can be written here. */
for (const name of INPUT_FORMATS.filter((format) => format !== "heic" && format !== "jpeg")) {
  Deno.test(`a ${name} that is larger than its header claims is refused, and the next one is read`, async () => {
    const file = await fileOf(photo, name.toUpperCase() as MagickFormat);
    const header = valueOf(inspectPhoto(file, { maxPixels: 1e8 }));
    const lie = { ...header, width: 8, height: 734 };
    assertFails(await decodePhoto(file, lie, 2_048), "invalid_image");
    using good = valueOf(await decodePhoto(file, header, 2_048));
    assert.deepEqual(good.size, { width: photo.width, height: photo.height });
  });
}

Deno.test("readWithin() limits only its own read", () => {
  const seen: bigint[] = [];
  const note = () => seen.push(ResourceLimits.width, ResourceLimits.height, ResourceLimits.area);
  readWithin({ width: 4_032, height: 100 }, false, note);
  readWithin({ width: 4_032, height: 100 }, true, note);
  note();
  const area = 4_096n * 1_024n + 1n; // an area that equals its limit is refused
  const all = 16_384n;
  assert.deepEqual(seen, [4_096n, 1_024n, area, 4_096n, 4_096n, area, all, all, all * all + 1n]);
});
