// The course of the chosen region beside its country's other regions, the nation and the EU.

function seriesChart(board, state, choose, width) {
  const { meaning, geo, year } = state;
  const country = board.regions[geo].country;
  const height = 250, left = 44, right = width < 420 ? 84 : 132, top = 14, bottom = 30;
  const nation = meaning.nations[country], own = meaning.values[geo] || [];
  const others = Object.keys(board.regions).filter((g) => g !== geo && board.regions[g].country === country && meaning.values[g]);
  const all = [own, ...others.map((g) => meaning.values[g]), nation && nation.values, meaning.eu.values]
    .flatMap((row) => row || []).filter((v) => v !== null);
  const svg = make.svg("svg", { class: "board-series", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": courseInWords(board, state) });
  if (!all.length) {
    svg.append(make.svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle", class: "quiet" }, "No values to draw"));
    return svg;
  }
  const gap = step(Math.max(...all) - Math.min(...all) || 1, 5);
  const low = Math.floor(Math.min(...all) / gap) * gap, high = Math.ceil(Math.max(...all) / gap) * gap || low + gap;
  const n = meaning.years.length;
  const x = (k) => left + (n > 1 ? (k * (width - left - right)) / (n - 1) : (width - left - right) / 2);
  const y = (v) => top + ((high - v) * (height - top - bottom)) / (high - low || 1);
  for (let v = low; v <= high + gap / 2; v += gap) {
    svg.append(make.svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: ROLE.rule }),
      make.svg("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end", class: "quiet" }, number(v, gap < 1 ? 1 : 0)));
  }
  const every = Math.ceil(n / Math.max(2, Math.floor((width - left - right) / 40)));
  meaning.years.forEach((label, k) => {
    if ((n - 1 - k) % every === 0) svg.append(make.svg("text", { x: x(k), y: height - 10, "text-anchor": "middle", class: label === year ? "strong" : "quiet" }, label));
  });
  const broken = meaning.years.indexOf(meaning.break_year);
  if (broken > 0) {
    const at = (x(broken) + x(broken - 1)) / 2;
    svg.append(make.svg("rect", { x: at - 4, width: 8, y: top, height: height - top - bottom, fill: ROLE.rule }),
      make.svg("text", { x: at + 8, y: top + 10, class: "quiet small" }, "survey redesigned"));
  }
  const now = meaning.years.indexOf(year);
  if (now >= 0) svg.append(make.svg("line", { x1: x(now), x2: x(now), y1: top, y2: height - bottom, stroke: ROLE.muted, "stroke-dasharray": "2 3" }));
  const draw = (row, parts, style) => pieces(row, parts, broken).forEach((piece) => {
    const points = piece.map(([k, v]) => `${x(k).toFixed(1)},${y(v).toFixed(1)}`).join(" ");
    svg.append(piece.length > 1 ? make.svg("polyline", { points, fill: "none", "stroke-linejoin": "round", ...style })
      : make.svg("circle", { cx: x(piece[0][0]), cy: y(piece[0][1]), r: 2, fill: style.stroke, stroke: "none" }));
  });
  others.forEach((g) => draw(meaning.values[g], null, { stroke: ROLE.context, "stroke-width": 1.2, "data-geo": g }));
  draw(meaning.eu.values, meaning.eu.parts, { stroke: ROLE.muted, "stroke-width": 1.8, "stroke-dasharray": "5 4" });
  if (nation) draw(nation.values, nation.parts, { stroke: ROLE.ink, "stroke-width": 1.8 });
  draw(own, null, { stroke: ROLE.place, "stroke-width": 3 });
  own.forEach((v, k) => { if (v !== null) svg.append(make.svg("circle", { cx: x(k), cy: y(v), r: k === now ? 5 : 3, fill: ROLE.place, stroke: ROLE.ground, "stroke-width": 1 })); });
  const ends = [
    { row: own, words: geo, ink: ROLE.place, bold: true },
    nation && { row: nation.values, words: width < 420 ? country : board.countries[country], ink: ROLE.ink },
    { row: meaning.eu.values, words: meaning.eu.label, ink: ROLE.muted },
  ].filter(Boolean).map((e) => ({ ...e, k: lastIndex(e.row) })).filter((e) => e.k >= 0)
    .map((e) => ({ ...e, y: y(e.row[e.k]), words: `${e.words} ${number(e.row[e.k], meaning.digits)}` }));
  spread(ends, 15, top, height - bottom).forEach((e) => svg.append(make.svg("text",
    { x: width - right + 8, y: e.y + 4, fill: e.ink, class: e.bold ? "strong end" : "end" }, e.words)));
  const label = stamp(board, (left + width - right) / 2, height / 2, width / 9);
  if (label) svg.append(label);
  svg.addEventListener("click", (e) => {
    const region = e.target.dataset && e.target.dataset.geo;
    if (region) return choose({ geo: region });
    const box = svg.getBoundingClientRect();
    const at = ((e.clientX - box.left) / box.width) * width;
    const k = Math.round(((at - left) / (width - left - right)) * (n - 1));
    if (k >= 0 && k < n && at < width - right + 6) choose({ year: meaning.years[k] });
  });
  return svg;
}

/** Runs without a gap; no line joins values of two tables, nor values from before and after a break. */
function pieces(row, parts, broken) {
  const found = [];
  let piece = [];
  (row || []).forEach((v, k) => {
    const apart = piece.length && ((parts && parts[k] !== parts[piece[piece.length - 1][0]]) || k === broken);
    if (v === null || apart) { if (piece.length) found.push(piece); piece = []; }
    if (v !== null) piece.push([k, v]);
  });
  if (piece.length) found.push(piece);
  return found;
}

const lastIndex = (row) => (row || []).reduce((last, v, k) => (v === null ? last : k), -1);

/** Moves labels apart so that none lies on another. */
function spread(ends, least, top, bottom) {
  ends.sort((a, b) => a.y - b.y);
  for (let k = 1; k < ends.length; k += 1) ends[k].y = Math.max(ends[k].y, ends[k - 1].y + least);
  for (let k = ends.length - 1, floor = bottom; k >= 0; k -= 1, floor -= least) ends[k].y = Math.max(top, Math.min(ends[k].y, floor));
  return ends;
}

function courseInWords(board, { meaning, geo }) {
  const row = meaning.values[geo] || [];
  const said = meaning.years.map((year, k) => (row[k] === null || row[k] === undefined ? null : `${year} ${written(meaning, row[k])}`)).filter(Boolean);
  return `${meaning.label} in ${board.regions[geo].name}: ${said.join(", ") || "no values"}`;
}
