/** The transfer curves of HDR pictures, by their code points (ISO/IEC 23091-2): 16 PQ, 18 HLG. */
export type HdrTransfer = 16 | 18;

/** Checks for a transfer curve of HDR. */
export function isHdr(transfer: number): transfer is HdrTransfer {
  return transfer === 16 || transfer === 18;
}

/** Luminance of white paper in an HDR picture, in cd/m2 (ITU-R BT.2408). sRGB's white stands for it. */
const WHITE_NITS = 203;

/** Entries of the curve: four for each level of a sample of 8 bits. */
const ENTRIES = 1_024;

/**
 * Returns the curve that turns samples of an HDR picture into linear light of a picture without HDR. Shadows and middle
 * tones keep their brightness relative to white paper; brighter light is compressed into what is left below 1.
 *
 * @param transfer The picture's transfer curve.
 * @returns Linear light from 0 to 1, for samples at equal distances from 0 to 1.
 */
export function hdrCurve(transfer: HdrTransfer): number[] {
  const nitsOf = transfer === 16 ? pqNits : hlgNits;
  return Array.from(
    { length: ENTRIES },
    (_, i) => compress(nitsOf(i / (ENTRIES - 1)) / WHITE_NITS),
  );
}

/** PQ: luminance in cd/m2 (SMPTE ST 2084). */
function pqNits(sample: number): number {
  const root = sample ** (1 / 78.84375);
  return 10_000 *
    (Math.max(0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125);
}

/** HLG: luminance in cd/m2 on a display of 1000 cd/m2 (ITU-R BT.2100), with the system gamma applied to each channel. */
function hlgNits(sample: number): number {
  const scene = sample <= 0.5
    ? sample ** 2 / 3
    : (Math.exp((sample - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  return 1_000 * scene ** 1.2;
}

/** Linear light above this is compressed; white paper becomes 0.85, which is 236 of 255 in sRGB. */
const KNEE = 0.6;

function compress(light: number): number {
  const room = 1 - KNEE;
  return light <= KNEE ? light : KNEE + room * (1 - Math.exp((KNEE - light) / room));
}
