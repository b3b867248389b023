// The board: controls, answer, and map, series and table that show one choice. What is drawn comes with the page, so
// a choice shows at once; the answer in words is asked of the kernel and follows.

function render({ model, el }) {
  const board = model.get("board");
  const byKey = Object.fromEntries(board.indicators.map((m) => [m.key, m]));
  const state = { geo: model.get("geo"), year: model.get("year"), meaning: byKey[model.get("indicator")], zoom: window.innerWidth < 560, abroad: model.get("abroad") };
  const answers = new Map();
  const map = regionMap(board, choose);
  const controls = controlPanel(board, state, choose);
  const card = make("section", { class: "almpo-answer board-answer", role: "region", "aria-label": "Answer" });
  const [mapTitle, seriesTitle] = [make("h3"), make("h3")];
  const [keys, course, list] = [make("div"), make("div", { class: "board-course" }), make("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Table of the country's regions" })];
  const sources = make("p", { class: "provenance" });
  const below = make("div", { class: "board-below almpo-more-answer" });
  const zoom = make("div", { class: "board-zoom", role: "group", "aria-label": "Part of the map" },
    ...["Europe", "Country"].map((name, k) => make("button", { type: "button", onclick: () => choose({ zoom: k === 1 }) }, name)));
  const synthetic = board.synthetic ? make("p", { class: "synthetic" }, "SYNTHETIC") : null;
  const linked = make("div", { class: "board-linked" },
    make("figure", {}, mapTitle, zoom, map.svg, map.note, keys), make("figure", {}, seriesTitle, course, list));
  el.classList.add("almpo", "board");
  el.replaceChildren(make("div", { class: "almpo-columns" }, controls.element, make("div", { class: "board-main" }, card, synthetic, linked, sources, below)));

  function choose(change) {
    Object.assign(state, change);
    if (!state.meaning.years.includes(state.year)) state.year = state.meaning.years[state.meaning.years.length - 1];
    redraw();
    for (const [name, value] of Object.entries({ geo: state.geo, year: state.year, indicator: state.meaning.key, abroad: state.abroad })) {
      if (model.get(name) !== value) model.set(name, value);
    }
    model.save_changes();
  }

  const key = () => [state.geo, state.meaning.key, state.year, state.abroad].join("|");

  function redraw() {
    const { meaning, geo, year } = state, region = board.regions[geo];
    map.show(state);
    mapTitle.textContent = `${meaning.label}, ${year}`;
    seriesTitle.textContent = `${region.name} (${geo}) over the years`;
    keys.replaceChildren(legend(board, state));
    course.replaceChildren(seriesChart(board, state, choose, Math.max(300, Math.min(560, course.clientWidth || 420))));
    list.replaceChildren(regionTable(board, state, choose));
    sources.textContent = `${meaning.unit[0].toUpperCase()}${meaning.unit.slice(1)}. Source: ${meaning.source}. ${board.geometry}`;
    [...zoom.children].forEach((button, k) => button.setAttribute("aria-pressed", String(state.zoom === (k === 1))));
    zoom.lastChild.textContent = board.countries[region.country];
    controls.show(state);
    answer();
  }

  /** Shows the answer that is there; otherwise keeps the old one, marked as being replaced. */
  function answer() {
    const sent = model.get("answer");
    if (sent && sent.key) answers.set(sent.key, sent);
    const found = answers.get(key());
    card.setAttribute("aria-busy", String(!found));
    if (!found) return;
    if (card.dataset.key !== found.key) {
      card.dataset.key = found.key;
      card.innerHTML = found.above;
    }
    // What stands below follows the card; until then the old one is marked as being replaced.
    below.setAttribute("aria-busy", String(!found.below));
    if (found.below && below.dataset.key !== found.key) {
      below.dataset.key = found.key;
      below.innerHTML = found.below;
    }
  }

  model.on("change:answer", answer);
  const watcher = new ResizeObserver(() => { if (course.firstChild && Math.abs(watcher.width - course.clientWidth) > 8) { watcher.width = course.clientWidth; redraw(); } });
  watcher.width = 0;
  redraw();
  // The first frame has no width yet.
  requestAnimationFrame(() => { watcher.width = course.clientWidth; redraw(); watcher.observe(course); });
  el.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    if (!act) return;
    if (act.dataset.geo) choose({ geo: act.dataset.geo });
    if (act.dataset.act === "print") window.print();
    if (act.dataset.act === "save") savePage(el, state, board);
  });
  return () => watcher.disconnect();
}

/** Country, region, figure and year; the rest under "More". */
function controlPanel(board, state, choose) {
  const select = (label, name, change) => {
    const control = make("select", { name, id: `board-${name}`, onchange: (e) => change(e.target.value) });
    return { control, element: make("div", { class: "board-field" }, make("label", { for: control.id }, label), control) };
  };
  const ofCountry = (country) => Object.keys(board.regions).filter((g) => board.regions[g].country === country);
  const country = select("Country", "country", (value) => choose({ geo: ofCountry(value)[0] }));
  const region = select("Region", "region", (geo) => choose({ geo }));
  const indicator = select("Figure", "indicator", (value) => choose({ meaning: board.indicators.find((m) => m.key === value) }));
  const year = select("Year", "year", (value) => choose({ year: value }));
  const abroad = make("input", { type: "checkbox", onchange: (e) => choose({ abroad: e.target.checked }) });
  const options = (control, entries, chosen) => {
    const wanted = entries.map(([value]) => value).join();
    if (control.dataset.wanted !== wanted) {
      control.dataset.wanted = wanted;
      control.replaceChildren(...entries.map(([value, text]) => make("option", { value }, text)));
    }
    control.value = chosen;
  };
  const element = make("form", { class: "board-controls", "aria-label": "What to show", onsubmit: (e) => e.preventDefault() },
    country.element, region.element, indicator.element, year.element,
    make("details", { class: "board-more" }, make("summary", {}, "More"),
      make("label", { class: "board-check" }, abroad, make("span", {}, "Comparable regions from other countries only"))));
  function show({ geo, meaning, year: chosen, abroad: other }) {
    const own = board.regions[geo].country;
    options(country.control, Object.entries(board.countries).map(([c, name]) => [c, `${name} (${c})`]), own);
    options(region.control, ofCountry(own).map((g) => [g, `${board.regions[g].name} (${g})`]), geo);
    options(indicator.control, board.indicators.map((m) => [m.key, m.label]), meaning.key);
    options(year.control, [...meaning.years].reverse().map((y) => [y, y]), chosen);
    abroad.checked = other;
  }
  return { element, show };
}

/** The page as it stands, as one file without scripts that opens anywhere. */
function savePage(el, state, board) {
  const copy = el.cloneNode(true);
  copy.querySelectorAll("form, [data-act], .board-zoom").forEach((part) => part.remove());
  copy.querySelectorAll("button").forEach((part) => part.replaceWith(...part.childNodes));
  copy.querySelectorAll("details").forEach((part) => part.setAttribute("open", ""));
  const styles = [...document.querySelectorAll("style")].map((s) => s.textContent).filter((text) => text.includes(".almpo"));
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`
    + `<title>${state.geo} · EU ALMP Observatory</title><style>${styles.join("\n")} body{max-width:1120px;margin:24px auto;padding:0 16px}</style></head>`
    + `<body><div class="almpo board">${copy.innerHTML}</div></body></html>`;
  const link = make("a", { href: URL.createObjectURL(new Blob([page], { type: "text/html" })), download: `region_${state.geo}_${state.year}.html` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export default { render };
