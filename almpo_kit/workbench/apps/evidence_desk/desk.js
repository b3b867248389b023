// The desk: a document, what is asked of it, and keys for everything. Each decision is sent with a name of its own and
// counts as kept only when the kernel says so; until then it is sent again, and kept once.

const SEND_AGAIN = 4000;

function render({ model, el }) {
  let state = model.get("state"), at = 0, draft = {}, waiting = null, help = false;
  const head = make("div", { class: "desk-head" });
  const live = make("p", { class: "desk-told", role: "status", "aria-live": "polite" });
  const main = make("div", { class: "desk-columns" });
  el.classList.add("almpo", "desk");
  // What has the focus is not what moves: where the keys go next is said to those who do not see it.
  const said = make("p", { class: "desk-unseen", "aria-live": "polite" });
  el.replaceChildren(head, live, said, main);

  const rows = () => state.rows || [];
  const row = () => rows()[at];
  const chosenOf = (r) => (draft[r.key] !== undefined ? draft[r.key] : (r.given || "").split("|").filter(Boolean));

  function send(act) {
    if (waiting) return;
    const body = { ...act, document: state.document ? state.document.id : "", token: token() };
    waiting = { body, timer: setInterval(() => model.send(waiting.body), SEND_AGAIN) };
    live.textContent = "Keeping …";
    main.setAttribute("aria-busy", "true");
    model.send(body);
  }

  model.on("change:state", () => {
    const before = state;
    state = model.get("state");
    if (waiting && state.answered !== waiting.body.token) return;
    if (waiting) { clearInterval(waiting.timer); waiting = null; }
    main.removeAttribute("aria-busy");
    const same = before.document && state.document && before.document.id === state.document.id && before.mode === state.mode;
    if (!same) { at = 0; draft = {}; }
    else if (state.told.kind === "kept" && state.on !== undefined && state.on !== null) { at = Math.min(state.on, Math.max(0, rows().length - 1)); draft = {}; }
    draw(!same);
  });

  function draw(fresh = false) {
    const inside = el.contains(document.activeElement) || fresh && el.dataset.used === "yes";
    const field = document.activeElement && el.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    head.replaceChildren(
      state.synthetic ? make("p", { class: "synthetic" }, "SYNTHETIC") : "",
      make("p", { class: "desk-progress" }, state.progress),
      state.total ? make("div", { class: "desk-bar", role: "img", "aria-label": `${state.read} of ${state.total} read` },
        make("span", { style: `width:${(100 * state.read / state.total).toFixed(1)}%` })) : "",
      state.advice ? make("p", { class: "desk-advice" }, state.advice) : "");
    live.textContent = state.told.words;
    live.dataset.kind = state.told.kind;
    const active = row() ? row().key : "";
    main.replaceChildren(
      state.document ? documentView(state.document, active) : make("div", { class: "card" }, make("p", { class: "answer" }, state.done)),
      panel());
    // What was typed and refused stays under the cursor; everything else goes back to the keys.
    const typed = field && state.told.kind === "refused" ? main.querySelector(`[data-part="${field}"]`) : null;
    if (typed) typed.focus({ preventScroll: true });
    else if (inside) keys.focus({ preventScroll: true });
    const mark = main.querySelector(".desk-mark-active");
    if (mark) mark.scrollIntoView({ block: "nearest" });
    const shown = main.querySelector(".desk-row[aria-current]");
    if (shown && inside && !fresh) shown.scrollIntoView({ block: "nearest" });
  }

  // Keys arrive here; a document's text and the fields keep theirs.
  const keys = make("div", { class: "desk-keys", tabindex: 0, role: "group", "aria-label": "Keyboard desk. Press question mark for the keys." });

  function panel() {
    keys.replaceChildren(
      state.mode === "screen" ? screening() : make("div", { class: "desk-rows" }, rows().map(rowView)),
      make("p", { class: "desk-help" }, make("button", { type: "button", class: "desk-link", "aria-expanded": String(help), onclick: () => { help = !help; draw(); } }, "Keys"),
        help ? make("span", {}, state.keys.map((k) => [keycap(k.key), ` ${k.words}  `])) : make("span", {}, keycap("?"))),
      queueView());
    return keys;
  }

  function screening() {
    if (!state.document) return make("div");
    return make("div", { class: "desk-screening" },
      state.why ? make("p", { class: "desk-why" }, state.why) : null,
      make("div", { class: "desk-choices", role: "group", "aria-label": "Does it belong in the review?" },
        state.choices.map((c) => make("button", { type: "button", class: "desk-choice", "aria-pressed": String(state.given === c.value), onclick: () => pick(c) }, keycap(c.key), c.words))));
  }

  const pick = (c) => send(c.value === "skip" ? { act: "skip" } : c.value === "undo" ? { act: "undo" }
    : { act: "decide", field: "relevant", item: "", value: c.value, expected: state.expected });

  function rowView(r, k) {
    const current = k === at;
    return make("section", { class: "desk-row", "aria-label": r.label, "aria-current": current ? "true" : null, "data-key": r.key, onclick: (e) => { if (k !== at && e.target.tagName !== "INPUT") { at = k; draw(); } } },
      make("h4", { "aria-level": 3 }, r.label, r.given ? make("span", { class: "desk-given" }, ` ${r.givenWords}`)
        : !current && r.proposed ? make("span", { class: "desk-guess" }, ` proposed: ${r.proposed}`) : null),
      othersView(r), current ? proposalView(r) : null,
      current && r.parts.length ? partsView(r, draft[r.key] || {}, (name, value) => { draft[r.key] = { ...(draft[r.key] || {}), [name]: value }; }) : null,
      current ? choicesView(r, Array.isArray(chosenOf(r)) ? chosenOf(r) : [], (value) => toggle(r, value)) : null,
      current && state.mode === "settle" ? reasonView(r) : null,
      current ? make("div", { class: "desk-choices" },
        state.mode === "settle" ? make("button", { type: "button", class: "desk-choice desk-main", onclick: () => settle(r) }, keycap("⏎"), "Settle")
          : make("button", { type: "button", class: "desk-choice desk-main", onclick: () => accept(r) }, keycap("⏎"), Array.isArray(draft[r.key]) || r.given || !r.accept ? "Keep" : "Accept the proposal"),
        state.mode === "settle" || !r.parts.length ? null : make("button", { type: "button", class: "desk-choice", onclick: () => decide(r, "not stated") }, keycap("x"), "No such estimate"),
        state.mode === "settle" || r.parts.length ? null : make("button", { type: "button", class: "desk-choice", onclick: () => decide(r, "not stated") }, keycap("x"), "Not stated")) : null);
  }

  function reasonView(r) {
    return make("label", { class: "desk-reason" }, "Because (12 characters or more)",
      make("input", { type: "text", "data-part": "reason", value: (draft.reason || ""), maxlength: 500, oninput: (e) => { draft.reason = e.target.value; },
        onkeydown: (e) => { if (e.key === "Enter") { e.preventDefault(); if (!e.repeat) settle(r); } } }));
  }

  function toggle(r, value) {
    const before = Array.isArray(chosenOf(r)) ? chosenOf(r) : [];
    draft[r.key] = r.many ? (before.includes(value) ? before.filter((v) => v !== value) : [...before, value]) : [value];
    draw();
  }

  const decide = (r, value) => send({ act: "decide", field: r.field, item: r.item, value, expected: r.expected, row: at });

  function accept(r) {
    if (r.parts.length) {
      const edited = Object.fromEntries(r.parts.map((p) => [p.name, (draft[r.key] || {})[p.name] ?? p.value]));
      return decide(r, JSON.stringify(edited));
    }
    const own = Array.isArray(draft[r.key]) ? draft[r.key].join("|") : r.given || r.accept;
    if (own) decide(r, own);
    else tell("Choose an answer first, with its number, or x where the document does not say.");
  }

  function settle(r) {
    const chosen = chosenOf(r).join("|");
    if (!chosen) return tell("Choose the answer that holds first, with its number.");
    if (!draft.reason) { const input = main.querySelector("[data-part=reason]"); if (input) input.focus(); return tell("Say why, then press Enter."); }
    return send({ act: "settle", field: r.field, item: r.item, value: chosen, reason: draft.reason, expected: r.expected });
  }

  const tell = (words) => { live.textContent = words; live.dataset.kind = "refused"; };

  function queueView() {
    if (!state.queue.length) return null;
    return make("details", { class: "desk-queue" }, make("summary", {}, `Next in the queue (${state.queue.length})`),
      make("ol", {}, state.queue.map((q) => make("li", {}, make("button", { type: "button", class: "desk-link", onclick: () => send({ act: "open", open: q.id }) }, q.title), ` ${q.note}`))));
  }

  const move = (by) => { if (rows().length) { at = (at + by + rows().length) % rows().length; draft.reason = ""; draw(); said.textContent = rowWords(row()); } };

  el.addEventListener("focusin", () => { el.dataset.used = "yes"; });
  el.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    if (e.target.tagName === "INPUT") {
      if (e.key === "Escape") { keys.focus(); e.preventDefault(); }
      else if (e.key === "Enter" && e.target.dataset.part !== "reason") { e.preventDefault(); if (!e.repeat) accept(row()); }
      return;
    }
    // A key that is held down would decide documents that nobody has seen; only moving repeats.
    if (e.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(e.key)) { if (e.key.length === 1 || e.key === "Enter") e.preventDefault(); return; }
    // Enter and Space on a button press that button; everywhere else they are keys of the desk.
    if (e.target.tagName !== "DIV" && e.target.tagName !== "SECTION" && (e.key === "Enter" || e.key === " ")) return;
    if (act(e.key)) { e.preventDefault(); e.stopPropagation(); }
  });

  function act(key) {
    if (key === "?") { help = !help; draw(); return true; }
    if (key === "u") { send({ act: "undo" }); return true; }
    if (state.mode === "screen") {
      const choice = (state.choices || []).find((c) => c.key === key);
      if (choice && state.document) pick(choice);
      return Boolean(choice);
    }
    if (key === "j" || key === "ArrowDown") { move(1); return true; }
    if (key === "k" || key === "ArrowUp") { move(-1); return true; }
    if (key === "n" || key === "ArrowRight") { send({ act: "next" }); return true; }
    if (key === "p" || key === "ArrowLeft") { send({ act: "previous" }); return true; }
    const r = row();
    if (!r) return false;
    if (/^[1-9]$/.test(key) && r.options[key - 1]) { toggle(r, r.options[key - 1].value); return true; }
    if (key === "Enter") { if (state.mode === "settle") settle(r); else accept(r); return true; }
    if (key === "x" && state.mode !== "settle") { decide(r, "not stated"); return true; }
    if (key === "e") { const input = main.querySelector(".desk-parts input, [data-part=reason]"); if (input) input.focus(); return Boolean(input); }
    return false;
  }

  draw();
}

export default { render };
