import type { VehicleSet } from "../photo/vehicle/vehicle_set.ts";
import type { Consistency } from "./vehicle_reply_schema.ts";

/**
 * Measures how much the place of the car differs between the photos of a set.
 *
 * Shares are of the variant's frame: the width of the car's box of the frame's width, and its lower edge of the frame's
 * height. Photos whose car is unknown do not count.
 *
 * @param set The photos.
 * @returns The consistency of each variant that all photos have.
 */
export function consistencyOf(set: VehicleSet): Record<string, Consistency> {
  const [first, ...others] = set.map(({ photo }) => photo.variants);
  const shared = Object.keys(first ?? {}).filter((name) =>
    others.every((variants) => Object.hasOwn(variants, name))
  );
  return Object.fromEntries(shared.map((name) => {
    const cars = set.flatMap(({ photo }) => {
      const { width, height, subject } = photo.variants[name];
      return subject === null ? [] : [{
        width: subject.width / width,
        ground: Math.max(0, (subject.y + subject.height) / height),
      }];
    });
    return [name, {
      photos: cars.length,
      car_width: spreadOf(cars.map(({ width }) => width)),
      ground_line: spreadOf(cars.map(({ ground }) => ground)),
    }];
  }));
}

function spreadOf(shares: number[]): Consistency["car_width"] {
  if (shares.length === 0) return null;
  const [min, max] = [Math.min(...shares), Math.max(...shares)];
  return { min: rounded(min), max: rounded(max), spread: rounded(max - min) };
}

function rounded(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
