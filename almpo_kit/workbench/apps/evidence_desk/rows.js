// What is asked of a document: one row a question, with what the model proposes, on which sentence, and the choices.

/** What the model says of one question; an unsure one says no value. */
function proposalView(row) {
  if (!row.says) return null;
  const words = row.says === "proposed" ? ["The model proposes ", make("strong", {}, row.proposed), ". "]
    : row.says === "unsure" ? ["The model is unsure and proposes nothing. "]
    : ["The model finds nothing on this in the text. "];
  const why = row.why ? make("span", { class: "desk-why" }, row.why) : null;
  return make("p", { class: "desk-proposal" }, words, why,
    row.sentence ? make("q", {}, row.sentence) : null);
}

/** A question as it is said: what it is, what stands, what is proposed. */
const rowWords = (row) => [row.label, row.givenWords, row.says === "proposed" ? `The model proposes ${row.proposed}` : "",
  ...(row.others || []).map((o) => `${o.coder}: ${o.words}`)].filter(Boolean).join(". ");

/** The choices of one question; the first nine have a number as their key. */
function choicesView(row, chosen, choose) {
  const buttons = row.options.map((option, k) => make("button", {
    type: "button", class: "desk-choice", "data-value": option.value,
    "aria-pressed": String(chosen.includes(option.value)),
    onclick: () => choose(option.value),
  }, k < 9 ? keycap(k + 1) : null, option.words));
  return make("div", { class: "desk-choices", role: "group", "aria-label": row.label }, buttons);
}

/** The numbers of an estimate, to be corrected before they are accepted. */
function partsView(row, typed, change) {
  return make("div", { class: "desk-parts" }, row.parts.map((part) => make("label", {}, part.words,
    make("input", { type: "text", value: typed[part.name] ?? part.value, "data-part": part.name, autocomplete: "off", oninput: (e) => change(part.name, e.target.value) }))));
}

/** What others said, where two parted. */
function othersView(row) {
  if (!row.others || !row.others.length) return null;
  return make("ul", { class: "desk-others" }, row.others.map((o) => make("li", {}, make("strong", {}, o.coder), `: ${o.words}`)));
}
