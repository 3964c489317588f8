/** Encodes a protobuf field: bytes (wire type 2) or a whole number (wire type 0). */
function field(number: number, value: Uint8Array | string | number): Uint8Array {
  if (typeof value === "number") return Uint8Array.of(...varint(number << 3), ...varint(value));
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return Uint8Array.of(...varint(number << 3 | 2), ...varint(bytes.length), ...bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return [...bytes, value];
}

const message = (...fields: Uint8Array[]) => Uint8Array.of(...fields.flatMap((one) => [...one]));

function tensor(name: string, channels: number, sidePx: number): Uint8Array {
  const dimensions = [1, channels, sidePx, sidePx].map((size) => field(1, field(1, size)));
  const FLOAT = 1;
  const type = message(field(1, FLOAT), field(2, message(...dimensions)));
  return message(field(1, name), field(2, field(1, type)));
}

/**
 * Creates an ONNX model of a few hundred bytes that finds what is dark: `output = sigmoid(-mean over the channels)` of the
 * input [1,3,side,side].
 */
export function tinyOnnx(sidePx: number): Uint8Array {
  const attribute = (name: string, value: Uint8Array, type: number) =>
    field(5, message(field(1, name), value, field(20, type)));
  const node = (input: string, output: string, operation: string, ...attributes: Uint8Array[]) =>
    field(1, message(field(1, input), field(2, output), field(4, operation), ...attributes));
  const INTS = 7;
  const graph = message(
    node("input", "mean", "ReduceMean", attribute("axes", field(8, 1), INTS)),
    node("mean", "negative", "Neg"),
    node("negative", "output", "Sigmoid"),
    field(2, "tiny"),
    field(11, tensor("input", 3, sidePx)),
    field(12, tensor("output", 1, sidePx)),
  );
  const IR_VERSION = 8, OPERATORS = 13;
  return message(
    field(1, IR_VERSION),
    field(7, graph),
    field(8, message(field(1, ""), field(2, OPERATORS))),
  );
}
