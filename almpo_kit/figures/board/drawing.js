// Small parts that the map, the series and the table share: elements, numbers, colours of roles.
// These files are joined into one module (almpo_kit/figures/board/__init__.py), so nothing is imported here.

const ROLE = {
  ink: "#1B2430", muted: "#5B6675", rule: "#DDE3EA", ground: "#FFFFFF",
  place: "#D1495B", context: "#B8C2CC", accent: "#0B4EA2",
};

/** An element of HTML, or of SVG where `make.svg` is used; children may be text. */
function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}
make.svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

/** SYNTHETIC across a plot, where any part of the data is. */
const stamp = (board, x, y, size) => (board.synthetic
  ? make.svg("text", { x, y, class: "board-synthetic", "font-size": size, "text-anchor": "middle" }, "SYNTHETIC") : null);

/** A number for people: a true minus, thin spaces between thousands, a dash when missing. */
function number(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  const [whole, part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part ? `.${part}` : "");
  return value < 0 && Number(text) !== 0 ? `−${grouped}` : grouped;
}

const written = (meaning, value) =>
  value === null || value === undefined ? "no data" : number(value, meaning.digits) + meaning.sign;

/** Value of a region in a year, or null. */
function valueOf(meaning, geo, year) {
  const at = meaning.years.indexOf(year);
  const row = meaning.values[geo];
  return at < 0 || !row ? null : row[at];
}

/** Number of the class that holds a value; a value on a limit belongs above it. */
function classOf(meaning, value) {
  let k = 0;
  while (k < meaning.limits.length && value >= meaning.limits[k]) k += 1;
  return k;
}

/** Smallest of 1, 2, 5 × 10ⁿ that cuts a span into at most so many pieces. */
function step(span, pieces) {
  const raw = Math.max(span, 1e-9) / pieces;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
}
