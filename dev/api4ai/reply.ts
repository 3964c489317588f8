import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Box, Mode } from "./messages.ts";

/** Facts of a successful answer. */
export interface ReplyFacts {
  filename: string;
  mode: Mode;
  /** The image as it was received. */
  received: Uint8Array;
  width: number;
  height: number;
  /** The picture in base64. */
  picture: string;
  carBox: Box | null;
  /** The licence plate, in the modes that hide it. */
  plate?: Box;
}

/** Creates the documented answer. */
export function documentedReply(facts: ReplyFacts): unknown {
  const objects = [
    ...(facts.carBox ? [boxObject(facts.carBox, "opaque-content")] : []),
    ...(facts.plate ? [boxObject(facts.plate, "license plate")] : []),
  ];
  return envelope(facts, [
    { kind: "image", name: "car-image", image: facts.picture, format: "PNG" },
    { kind: "objects", name: "car-objects", objects },
  ]);
}

/** Creates a correct answer whose parts cannot be found by position or name. */
export function shuffledReply(facts: ReplyFacts): unknown {
  return envelope(facts, [
    { kind: "classes", name: "zz-classes", classes: { car: 0.99 } },
    { kind: "image", name: "result-1", format: "PNG", image: facts.picture },
  ]);
}

/** Creates the answer in its older format. */
export function oldShapeReply({ picture }: ReplyFacts): unknown {
  return { results: [{ output_image: `data:image/png;base64,${picture}` }] };
}

/** Creates the body of an HTTP 200 that reports a failure. */
export function failureReply(
  { filename, received }: Pick<ReplyFacts, "filename" | "received">,
  message: string,
): unknown {
  return {
    results: [{
      status: { code: "failure", message },
      name: filename,
      md5: md5(received),
      entities: [],
    }],
  };
}

function envelope(facts: ReplyFacts, entities: unknown[]): unknown {
  return {
    results: [{
      status: { code: "ok", message: "Success" },
      name: facts.filename,
      md5: md5(facts.received),
      width: facts.width,
      height: facts.height,
      entities,
    }],
  };
}

function boxObject(box: Box, label: string): unknown {
  return { box, entities: [{ kind: "classes", classes: { [label]: 1.0 } }] };
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(Buffer.from(bytes)).digest("hex");
}
