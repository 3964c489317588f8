import type { Look } from "./look.ts";

const SVG = "http://www.w3.org/2000/svg";

/** The colours of a picture: attributes, since the page's content security policy forbids style attributes. */
const CAR = "#5b7fb8";
const GLASS = "#dbe6f5";

/**
 * Draws a small picture of a look: a car before its background, with its shadow, size and plate.
 *
 * @param look The parts of the look that the picture shows; the others are neutral. A plate is shown from near.
 */
export function createLookPicture(look: Partial<Look>): SVGElement {
  const {
    background = "#f1f2f4",
    shadow = "none",
    framing = "none",
    plate = "keep",
  } = look;
  const picture = draw("svg", {
    viewBox: "plate" in look ? "45 17 27 18" : "0 0 72 48",
    "aria-hidden": "true",
    class: "look-picture",
  });
  picture.append(...backgroundOf(background));
  const car = draw(
    "g",
    framing === "none" ? { transform: "translate(7 -4) scale(0.86)" } : {},
  );
  if (shadow === "ground") {
    car.append(
      draw("ellipse", { cx: 36, cy: 40, rx: 30, ry: 2.6, opacity: 0.5 }),
    );
  }
  if (shadow === "auto" || shadow === "drop") {
    const body = createBody("#000000");
    body.setAttribute("transform", "translate(2 2)");
    body.setAttribute("opacity", "0.3");
    car.append(body);
  }
  car.append(
    createBody(CAR),
    draw("path", { d: "M25 19h9v6H20zM36 19h8l6 6H36z", fill: GLASS }),
  );
  for (const cx of [20, 53]) {
    car.append(
      draw("circle", { cx, cy: 35, r: 5, fill: "#22252b" }),
      draw("circle", { cx, cy: 35, r: 2.2, fill: "#b9bec8" }),
    );
  }
  car.append(...plateOf(plate));
  picture.append(car);
  if (framing !== "none") {
    picture.append(draw("path", {
      ...{
        d: "M0 40H72",
        stroke: "#c2410c",
        "stroke-width": 1,
        "stroke-dasharray": "3 2",
      },
    }));
  }
  return picture;
}

function createBody(fill: string): SVGElement {
  const d = "M6 33q-1-7 7-8l8-8q2-2 5-2h18q4 0 7 3l7 7q9 1 9 6v3q0 1-2 1H8q-2 0-2-2z";
  return draw("path", { d, fill });
}

function backgroundOf(background: Look["background"]): SVGElement[] {
  if (typeof background === "string" && background !== "transparent") {
    return [draw("rect", { width: 72, height: 48, fill: background })];
  }
  if (typeof background === "object" && "studio" in background) {
    const { wall = "#eceef1", floor = "#dcdfe3", horizon = 0.62 } = background.studio;
    return [
      draw("rect", { width: 72, height: 48, fill: wall }),
      draw("rect", {
        y: 48 * horizon,
        width: 72,
        height: 48 * (1 - horizon),
        fill: floor,
      }),
    ];
  }
  if (typeof background === "object") {
    return [
      draw("rect", { width: 72, height: 48, fill: "#bcd3e8" }),
      draw("path", {
        d: "M0 30l16-14 14 12 12-9 30 18v11H0z",
        fill: "#7f9d86",
      }),
    ];
  }
  const squares = [];
  for (let index = 0; index < 24; index++) {
    const [x, y] = [index % 6 * 12, Math.floor(index / 6) * 12];
    const isDark = (index + Math.floor(index / 6)) % 2 === 0;
    squares.push(
      draw("rect", {
        x,
        y,
        width: 12,
        height: 12,
        fill: isDark ? "#d9d9d6" : "#fff",
      }),
    );
  }
  return squares;
}

function plateOf(plate: Look["plate"]): SVGElement[] {
  const box = {
    x: 59,
    y: 28,
    width: 8,
    height: 3.4,
    stroke: "#22252b",
    "stroke-width": 0.5,
  };
  if (plate === "keep") {
    return [
      draw("rect", { ...box, fill: "#fff" }),
      draw("path", {
        d: "M60.5 29.7h1.4m1 0h1.2m1 0h1",
        stroke: "#22252b",
        "stroke-width": 1,
      }),
    ];
  }
  return [
    draw("rect", { ...box, fill: plate === "blur" ? "#9aa1ad" : "#ffffff" }),
  ];
}

function draw(
  name: string,
  attributes: Record<string, string | number>,
): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  return element;
}
