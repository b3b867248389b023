// Small parts of the desk: elements, and a document with its marked stretches.
// These files are joined into one module (almpo_kit/workbench/apps/evidence_desk/desk_widget.py), so nothing is imported here.

/** An element; children may be text. Text is never read as HTML: what a document says is not trusted. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return element;
}

const keycap = (key) => make("kbd", { "aria-hidden": "true" }, key);

/** A name for one act, so that an act that is sent twice is kept once. */
function token() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** The text of one line with the stretches that speak for something marked; overlapping marks are cut, not nested. */
function marked(line, marks, active) {
  const inside = marks
    .filter((m) => m.end > line.start && m.start < line.end)
    .map((m) => ({ ...m, start: Math.max(m.start, line.start), end: Math.min(m.end, line.end) }))
    .sort((a, b) => (b.key === active) - (a.key === active) || a.start - b.start);
  const taken = [];
  for (const m of inside) {
    if (taken.every((t) => m.end <= t.start || m.start >= t.end)) taken.push(m);
  }
  taken.sort((a, b) => a.start - b.start);
  const parts = [];
  let at = line.start;
  for (const m of taken) {
    parts.push(line.text.slice(at - line.start, m.start - line.start));
    parts.push(make("mark", { class: m.key === active ? "desk-mark desk-mark-active" : "desk-mark", "data-key": m.key, title: m.words },
      line.text.slice(m.start - line.start, m.end - line.start)));
    at = m.end;
  }
  parts.push(line.text.slice(at - line.start));
  return parts;
}

/** The document: title, what is known of it, and its lines; a page's number stands where a page begins. */
function documentView(shown, active) {
  if (!shown) return make("article", { class: "desk-document", "aria-label": "Document" });
  const body = [];
  let page = 0;
  for (const line of shown.lines) {
    if (line.page !== page) {
      page = line.page;
      body.push(make("p", { class: "desk-page" }, `Page ${page}`));
    }
    body.push(make("p", { class: "desk-line", "data-start": line.start }, marked(line, shown.marks, active)));
  }
  return make("article", { class: "desk-document", "aria-label": "Document" },
    make("h3", { "aria-level": 2 }, shown.title || "No title"),
    shown.meta ? make("p", { class: "desk-meta" }, shown.meta) : null,
    make("div", { class: "desk-text", tabindex: 0, role: "region", "aria-label": "Text of the document" }, body));
}
