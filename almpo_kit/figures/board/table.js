// The country's regions in order of their value; each row chooses its region.

function regionTable(board, state, choose) {
  const { meaning, geo, year } = state;
  const country = board.regions[geo].country;
  const rows = Object.keys(board.regions).filter((g) => board.regions[g].country === country)
    .map((g) => ({ geo: g, value: valueOf(meaning, g, year), change: changeOf(meaning, g, year), flag: flagOf(meaning, g, year) }))
    .sort((a, b) => (a.value === null) - (b.value === null) || b.value - a.value || a.geo.localeCompare(b.geo));
  const since = meaning.change_from && meaning.change_from < year ? meaning.change_from : null;
  const head = make("tr", {}, make("th", { scope: "col" }, "Region"), make("th", { scope: "col", class: "number" }, year),
    since ? make("th", { scope: "col", class: "number" }, `since ${since}`) : null);
  const line = (row) => make("tr", { class: row.geo === geo ? "chosen" : null },
    make("th", { scope: "row" }, make("button", { type: "button", "data-geo": row.geo, "aria-pressed": String(row.geo === geo), onclick: () => choose({ geo: row.geo }) },
      board.regions[row.geo].name, make("small", {}, ` ${row.geo}`))),
    make("td", { class: "number" }, row.value === null ? "no data" : number(row.value, meaning.digits) + (row.flag ? ` ${row.flag}` : "")),
    since ? make("td", { class: "number" }, row.change === null ? "–" : (row.change > 0 ? "+" : "") + number(row.change, meaning.digits)) : null);
  return make("table", {}, make("caption", {}, `${meaning.label} in ${board.countries[country]}, ${year}${meaning.sign ? `, in ${meaning.sign.trim()}` : ""}`),
    make("thead", {}, head), make("tbody", {}, ...rows.map(line)));
}

/** Change since the first year after the break (or of the series): never over a break. */
function changeOf(meaning, geo, year) {
  if (!meaning.change_from || meaning.change_from >= year) return null;
  const first = valueOf(meaning, geo, meaning.change_from), last = valueOf(meaning, geo, year);
  return first === null || last === null ? null : last - first;
}

function flagOf(meaning, geo, year) {
  const row = meaning.flags[geo];
  return (row && row[meaning.years.indexOf(year)]) || "";
}
