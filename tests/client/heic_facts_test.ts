// Proves that the client reads a HEIC's colours and size from its boxes, wherever files keep them, and tags the JPEG with them.
import assert from "node:assert/strict";
import { decodeHeic } from "../../client/src/decode_heic.ts";
import { displayP3Profile } from "../../client/src/display_p3_profile.ts";
import { readHeicFacts } from "../../client/src/heic_facts.ts";
import { withJpegProfile } from "../../client/src/jpeg_profile.ts";
import { rgbProfile } from "../../shared/image/decode/icc_profile.ts";
import { concat, latin1, u16, u32 } from "../helpers/bytes.ts";
import { DISPLAY_P3 } from "../helpers/display_p3.ts";
import { fixture } from "../helpers/call.ts";
import { jpegWithProfile } from "../helpers/with_profile.ts";

type Bytes = Uint8Array | number[];

const box = (type: string, ...content: Bytes[]) => {
  const data = concat(...content);
  return concat(u32(8 + data.length), latin1(type), data);
};
const full = (type: string, version: number, flags: number, ...content: Bytes[]) =>
  box(type, [version, 0, 0, flags], ...content);

const extent = (width: number, height: number) => full("ispe", 0, 0, u32(width), u32(height));
const nclx = (primaries: number, transfer: number) =>
  box("colr", latin1("nclx"), u16(primaries), u16(transfer), u16(6), [0x80]);
const prof = (profile: Uint8Array) => box("colr", latin1("prof"), profile);

interface Parts {
  primary: number;
  properties: Bytes[];
  /** Numbers of properties, from 1, by item. */
  of: Record<number, number[]>;
  references?: Bytes;
  /** Whether ids have 32 bits, and the numbers of properties 15. */
  wide?: boolean;
}

/** A HEIC without pictures. */
function heic({ primary, properties, of, references = [], wide = false }: Parts): Blob {
  const id = wide ? u32 : u16;
  const entries = Object.entries(of).map(([item, numbers]) =>
    concat(
      id(Number(item)),
      [numbers.length],
      ...numbers.map((n) => wide ? u16(0x8000 | n) : [0x80 | n]),
    )
  );
  const count = u32(entries.length);
  const infe = (item: string) =>
    full("infe", wide ? 3 : 2, 0, id(Number(item)), u16(0), latin1("hvc1\0"));
  const items = Object.keys(of).map(infe);
  const meta = full(
    "meta",
    0,
    0,
    full("pitm", wide ? 1 : 0, 0, id(primary)),
    full("iinf", wide ? 1 : 0, 0, id(items.length), ...items),
    box(
      "iprp",
      box("ipco", ...properties),
      full("ipma", wide ? 1 : 0, wide ? 1 : 0, count, ...entries),
    ),
    references,
  );
  const start = box("ftyp", latin1("heic"), u32(0), latin1("mif1heic"));
  return new Blob([start, box("mdat", new Uint8Array(40)), meta]);
}

/** The facts, with the numbers of the visible images in place of the file. */
async function factsOf(photo: Blob) {
  const facts = await readHeicFacts(photo);
  if (!facts) return null;
  const { file, ...rest } = facts;
  assert.equal(file.size, photo.size);
  const text = new TextDecoder("latin1").decode(await file.bytes());
  const items = [...text.matchAll(/infe\p{Cc}\0\0(\p{Cc})(?:\0\0)?([^])([^])/gu)];
  const visible = items.filter(([, hidden]) => hidden === "\0");
  return {
    ...rest,
    visible: visible.map(([, , high, low]) => high.charCodeAt(0) * 256 + low.charCodeAt(0)),
  };
}

const P3 = rgbProfile("Display P3", DISPLAY_P3) as Uint8Array<ArrayBuffer>;

Deno.test("the primary image's profile and upright size are read, not another image's", async () => {
  for (const wide of [false, true]) {
    const file = heic({
      primary: 2,
      properties: [nclx(9, 16), extent(10, 20), prof(P3), extent(300, 400), box("irot", [3])],
      of: { 1: [1, 2], 2: [3, 4, 5] },
      wide,
    });
    assert.deepEqual(await factsOf(file), {
      profile: P3,
      codePoints: null,
      size: [400, 300],
      visible: [2],
    });
  }
  const fixtures = await factsOf(
    new Blob([await fixture("phones/browser-p3-rotated.heic")]),
  );
  assert.deepEqual(fixtures, { profile: P3, codePoints: null, size: [64, 128], visible: [1] });
});

Deno.test("a grid without a profile has that of its tiles", async () => {
  for (const wide of [false, true]) {
    const id = wide ? u32 : u16;
    const derived = box("dimg", id(9), u16(2), id(3), id(4));
    const file = heic({
      primary: 9,
      properties: [nclx(1, 13), extent(512, 512), prof(P3), extent(900, 600), box("clap")],
      of: { 1: [1, 2], 3: [2, 3], 4: [2, 3], 9: [4, 5] },
      references: full("iref", wide ? 1 : 0, 0, box("thmb", id(1), u16(1), id(9)), derived),
      wide,
    });
    assert.deepEqual(await factsOf(file), {
      profile: P3,
      codePoints: null,
      size: null,
      visible: [9],
    });
  }
});

Deno.test("bytes before the file are skipped, and damaged boxes give no facts", async () => {
  const file = heic({ primary: 1, properties: [extent(3, 2)], of: { 1: [1] } });
  const facts = { profile: null, codePoints: null, size: [3, 2], visible: [1] };
  assert.deepEqual(await factsOf(new Blob(["\r\n", file])), facts);
  for (let bytes = 0; bytes < file.size; bytes += 7) {
    assert.equal(await factsOf(file.slice(0, bytes)), null, `${bytes} bytes`);
  }
  const damaged = new Uint8Array(await file.arrayBuffer());
  damaged.fill(0xff, damaged.length - 30);
  assert.equal(await factsOf(new Blob([damaged])), null);
  assert.equal(await factsOf(new Blob(["text without boxes"])), null);
});

Deno.test("a decoded HEIC has its own profile, or that of its code points", async () => {
  const close = () => {};
  const decoder = () =>
    Promise.resolve({ heicTo: () => Promise.resolve({ width: 3, height: 2, close }) });
  const profileOf = async (...colors: Bytes[]) => {
    const numbers = colors.map((_, index) => index + 2);
    const file = heic({
      primary: 1,
      properties: [extent(3, 2), ...colors],
      of: { 1: [1, ...numbers] },
    });
    return (await decodeHeic(file, decoder, undefined)).profile;
  };
  assert.deepEqual(displayP3Profile(), P3);
  assert.deepEqual(await profileOf(prof(P3), nclx(9, 16)), P3);
  assert.deepEqual(await profileOf(nclx(12, 13)), P3);
  for (const colors of [[], [nclx(1, 13)], [nclx(2, 2)], [nclx(1, 1)]]) {
    assert.equal(await profileOf(...colors), null);
  }
  const grey = P3.slice();
  grey.set(latin1("GRAY"), 16);
  assert.equal(await profileOf(prof(grey)), null, "one for another kind of picture");
  for (const hdr of [nclx(9, 16), nclx(12, 18), nclx(9, 1)]) {
    await assert.rejects(profileOf(hdr), /colours of HDR or of a rare kind/);
  }
  const empty = new Blob(["nothing"]);
  await assert.rejects(decodeHeic(empty, decoder, undefined), /boxes are damaged/);
});

Deno.test("a JPEG's profile is replaced, after JFIF, in as many segments as it needs", async () => {
  const small = await fixture("small.jpg");
  const profile = new Uint8Array(70_000).map((_, index) => index & 255);
  const tagged = await withJpegProfile(new Blob([jpegWithProfile(small, P3)]), profile);
  const expected = jpegWithProfile(small.slice(20 - 2), profile);
  const bytes = await tagged.bytes();
  assert.deepEqual(bytes.slice(0, 20), small.slice(0, 20), "JFIF stays the first segment");
  assert.deepEqual(bytes.slice(20), expected.slice(2));
});
