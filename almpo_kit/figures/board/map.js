// The map: one path a region, coloured by class, the chosen region outlined. Arrow keys move between regions.

/** Draw the map once; `show` recolours and outlines without making anything anew. */
function regionMap(board, choose) {
  const { shapes, regions } = board;
  const hatch = make.svg("pattern", { id: "board-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    make.svg("rect", { width: 5, height: 5, fill: "#ECEFF2" }),
    make.svg("line", { x1: 0, y1: 0, x2: 0, y2: 5, stroke: "#B8C2CC", "stroke-width": 1.4 }));
  const land = make.svg("g", { role: "listbox", "aria-label": `Map of ${Object.keys(regions).length} regions. Arrow keys move, Enter chooses.`, tabindex: 0 });
  const paths = {};
  for (const [geo, d] of Object.entries(shapes.paths)) {
    if (!regions[geo]) continue;
    // A region of a few pixels gets a dot that can be seen and pressed.
    const dot = shapes.small.includes(geo) && shapes.kind === "polygons" ? round(shapes.centres[geo], 3.5) : "";
    paths[geo] = make.svg("path", { d: d + dot, id: `board-${geo}`, role: "option", "data-geo": geo, class: "board-region" });
    land.append(paths[geo]);
  }
  const outlines = make.svg("g", { class: "board-outlines", "aria-hidden": "true" },
    ...Object.values(shapes.outlines).map((d) => make.svg("path", { d })));
  // The rim stands around the chosen region, not on it: small islands keep their colour.
  const rim = make.svg("path", { class: "board-rim" }), face = make.svg("path", { class: "board-face" });
  const cursor = make.svg("path", { class: "board-cursor" });
  const letters = make.svg("g", { class: "board-letters", "aria-hidden": "true" },
    ...shapes.insets.map(([x, y, width, height]) => make.svg("rect", { x, y, width, height })),
    ...shapes.labels.map((l) => make.svg("text", { x: l.x, y: l.y, "text-anchor": l.anchor, "dominant-baseline": "middle" }, l.text)));
  const mark = stamp(board, 0, 0, 0); // Placed by `frame`, so that it is seen in any part of the map.
  const svg = make.svg("svg", { class: "board-map", viewBox: `0 0 ${shapes.width} ${shapes.height}` },
    make.svg("defs", {}, hatch),
    make.svg("path", { d: shapes.ground, class: "board-ground", "aria-hidden": "true" }), land, outlines, letters, rim, face, cursor, mark);
  // Codes of the country's regions, shown when it fills the map.
  const codes = make.svg("g", { class: "board-codes", "aria-hidden": "true" });
  svg.insertBefore(codes, cursor);
  const note = make("p", { class: "board-note", "aria-hidden": "true" });
  let state = null, active = null;

  const words = (geo) => `${regions[geo].name} (${geo}): ${written(state.meaning, valueOf(state.meaning, geo, state.year))}`;
  const hover = (geo) => { note.textContent = words(geo || state.geo); };
  const activate = (geo) => {
    active = geo;
    land.setAttribute("aria-activedescendant", `board-${geo}`);
    cursor.setAttribute("d", paths[geo].getAttribute("d"));
    hover(geo);
  };
  const rest = () => { active = null; cursor.setAttribute("d", ""); land.removeAttribute("aria-activedescendant"); hover(null); };
  land.addEventListener("click", (e) => { const geo = e.target.dataset.geo; if (geo) choose({ geo }); });
  land.addEventListener("mouseover", (e) => hover(e.target.dataset.geo));
  land.addEventListener("mouseleave", () => hover(active));
  land.addEventListener("blur", rest);
  land.addEventListener("keydown", (e) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (way) activate(towards(shapes.centres, Object.keys(paths), active || state.geo, way));
    else if ((e.key === "Enter" || e.key === " ") && active) choose({ geo: active });
    else if (e.key === "Escape") rest();
    else return;
    e.preventDefault();
  });

  function show(next) {
    const recolour = !state || state.meaning !== next.meaning || state.year !== next.year;
    const before = state && state.geo;
    state = { ...next }; // A copy: the board changes its own in place.
    if (recolour) for (const [geo, path] of Object.entries(paths)) {
      const value = valueOf(state.meaning, geo, state.year);
      path.setAttribute("fill", value === null ? "url(#board-hatch)" : state.meaning.colours[classOf(state.meaning, value)]);
      path.setAttribute("aria-label", words(geo));
    }
    if (before && paths[before]) paths[before].setAttribute("aria-selected", "false");
    if (paths[state.geo]) paths[state.geo].setAttribute("aria-selected", "true");
    for (const part of [rim, face]) part.setAttribute("d", paths[state.geo] ? paths[state.geo].getAttribute("d") : "");
    face.setAttribute("fill", paths[state.geo] ? paths[state.geo].getAttribute("fill") : "none");
    hover(active);
    frame();
  }

  /** All of Europe, or the country of the chosen region with a margin around it. */
  function frame() {
    const country = regions[state.geo].country;
    const own = Object.keys(paths).filter((g) => regions[g].country === country && !shapes.far.includes(g));
    const box = state.zoom && own.length ? bounds(own.map((g) => paths[g].getBBox()), shapes) : [0, 0, shapes.width, shapes.height];
    svg.setAttribute("viewBox", box.join(" "));
    svg.style.setProperty("--unit", box[2] / shapes.width);
    if (mark) fill(mark, { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2, "font-size": box[2] / 8 }, []);
    const roomy = (g) => Math.min(paths[g].getBBox().width, paths[g].getBBox().height) / box[2] > 0.07;
    codes.replaceChildren(...(state.zoom ? own.filter(roomy) : []).map((g) =>
      make.svg("text", { x: shapes.centres[g][0], y: shapes.centres[g][1], "text-anchor": "middle", "dominant-baseline": "central" }, g)));
  }
  return { svg, note, show };
}

const round = ([x, y], r) => `M${x - r},${y}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0`;

function bounds(boxes, shapes) {
  const west = Math.min(...boxes.map((b) => b.x)), north = Math.min(...boxes.map((b) => b.y));
  const east = Math.max(...boxes.map((b) => b.x + b.width)), south = Math.max(...boxes.map((b) => b.y + b.height));
  const ratio = shapes.height / shapes.width;
  const width = Math.max(east - west, (south - north) / ratio) * 1.2;
  return [(west + east - width) / 2, (north + south - width * ratio) / 2, width, width * ratio];
}

/** The nearest region in a direction: along it first, sideways counts double. */
function towards(centres, codes, from, [dx, dy]) {
  const [x, y] = centres[from] || [0, 0];
  let best = from, least = Infinity;
  for (const geo of codes) {
    if (geo === from || !centres[geo]) continue;
    const along = (centres[geo][0] - x) * dx + (centres[geo][1] - y) * dy;
    const aside = Math.abs((centres[geo][0] - x) * dy) + Math.abs((centres[geo][1] - y) * dx);
    if (along > 0.5 && along + 2 * aside < least) { least = along + 2 * aside; best = geo; }
  }
  return best;
}

/** Classes with their limits and how many regions each holds. */
function legend(board, state) {
  const { meaning, year } = state;
  const counts = new Array(meaning.labels.length + 1).fill(0);
  for (const geo of Object.keys(board.regions)) {
    const value = valueOf(meaning, geo, year);
    counts[value === null ? meaning.labels.length : classOf(meaning, value)] += 1;
  }
  const item = (colour, label, n, missing) => make("li", { class: missing ? "missing" : null },
    make("span", { class: "board-swatch", style: missing ? null : `background:${colour}` }), `${label} `, make("small", {}, String(n)));
  return make("ul", { class: "board-legend" },
    ...meaning.labels.map((label, k) => item(meaning.colours[k], label, counts[k], false)),
    item(null, "no data", counts[meaning.labels.length], true));
}
