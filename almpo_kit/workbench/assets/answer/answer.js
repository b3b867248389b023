// The page works without this. With it: sums as one types, what is not needed is folded away, answers are saved as one goes.
"use strict";
(() => {
  const page = document.documentElement;
  page.classList.add("js");
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
  const form = document.querySelector("form.answers");
  if (!form) return;

  const words = form.dataset;
  const locale = page.lang;
  const numbered = (text) => {
    const plain = text.trim().replace(/[−–]/g, "-").replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
    return plain === "" || Number.isNaN(Number(plain)) ? null : Number(plain);
  };
  const told = (n) => n.toLocaleString(locale, { maximumFractionDigits: 2 });
  // What this page saved is known again by the beginning of its keys: it was not changed elsewhere.
  const onePage = form.elements.key.value.slice(0, 24);
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(18));
    return `${onePage}-${Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")}`;
  };

  // ---- what is not needed ---------------------------------------------------------------------------
  const chosen = (box, name) => box.querySelector(`input[type=radio][name="${CSS.escape(name)}"]:checked`)?.value ?? "";
  const show = (node, shown) => { if (node) node.hidden = !shown; };
  function fold(box) {
    for (const pair of box.querySelectorAll("[data-pair]")) {
      const way = pair.querySelector("input[type=radio]:checked")?.value;
      show(pair.querySelector("[data-strength]"), way === "first" || way === "second");
    }
    const best = chosen(box, `${box.dataset.item}~best`);
    const worst = chosen(box, `${box.dataset.item}~worst`);
    for (const part of box.querySelectorAll("[data-beside]")) {
      show(part, best !== "" && worst !== "" && best !== worst);
      for (const one of part.querySelectorAll("[data-option]")) {
        const name = one.dataset.option;
        // The pair of the two is asked once.
        const asked = part.dataset.beside === "best" ? name !== best : name !== worst && name !== best;
        show(one, asked);
      }
    }
    const turn = box.querySelector("[data-turn]");
    if (turn) show(box.querySelector("[data-inputs]"), turn.querySelector("input:checked")?.value === "change");
    sums(box);
  }

  // ---- sums -----------------------------------------------------------------------------------------
  function sums(box) {
    const sum = box.querySelector("[data-sum]");
    if (sum) {
      let total = 0;
      for (const field of box.querySelectorAll(".inputs input[type=text]")) total += numbered(field.value) ?? 0;
      const left = Math.round((100 - total) * 100) / 100;
      sum.textContent = left === 0 ? words.exact : (left > 0 ? words.left : words.over).replace("#", told(Math.abs(left)));
      sum.classList.toggle("wrong", left < 0);
    }
    const money = box.querySelector("[data-money]");
    if (money) {
      let left = Number(money.dataset.money);
      for (const field of box.querySelectorAll("[data-cost]:checked")) left -= Number(field.dataset.cost);
      money.textContent = (left >= 0 ? words.moneyLeft : words.moneyOver).replace("#", told(Math.abs(left)));
      money.classList.toggle("wrong", left < 0);
    }
  }

  // ---- saved as one goes ----------------------------------------------------------------------------
  const waiting = new Map();
  // One after another: a server that is asked for several at once would have to let some of them wait.
  let turn = Promise.resolve();
  const inTurn = (box) => { turn = turn.then(() => save(box)); };
  // Answers that were changed elsewhere wait for a decision; nothing is saved before it.
  const undecided = words.clash !== undefined;
  let closed = undecided;
  let why = "";
  function status(box, text, kind) {
    const line = box.querySelector("[data-status]");
    line.textContent = text;
    line.classList.toggle("open", kind === "open");
    line.classList.toggle("failed", kind === "failed");
  }
  function soon(box, wait) {
    if (closed) { status(box, why, "failed"); return; }
    const held = waiting.get(box) ?? {};
    clearTimeout(held.timer);
    held.key = newKey();
    held.pause = 2000;
    held.timer = setTimeout(() => inTurn(box), wait);
    waiting.set(box, held);
  }
  async function save(box) {
    const held = waiting.get(box);
    if (closed || !held) return;
    const sent = new URLSearchParams();
    for (const field of box.querySelectorAll("input, select, textarea")) {
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      sent.append(field.name, field.value);
    }
    const key = held.key;
    for (const name of ["lang", "round"]) sent.append(name, form.elements[name].value);
    sent.append("item", box.dataset.item);
    sent.append("key", key);
    status(box, words.saving, "open");
    let answer = null;
    try {
      const got = await fetch(words.save, { method: "POST", body: sent, credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(20000) });
      answer = got.headers.get("Content-Type")?.startsWith("application/json") ? await got.json() : { state: got.status < 500 ? "closed" : "later", words: words.closed };
    } catch { answer = { state: "later" }; }
    if (answer.state === "saved") status(box, answer.words, "");
    else if (answer.state === "changed") status(box, answer.words, "failed");
    else if (answer.state === "unfinished") status(box, answer.words, "open");
    else if (answer.state === "later") {
      status(box, words.offline, "failed");
      // The same content under the same key: it is carried out once, however often it arrives.
      if (held.key === key) { held.timer = setTimeout(() => inTurn(box), held.pause); held.pause = Math.min(held.pause * 2, 30000); }
    } else { status(box, answer.words, "failed"); closed = true; why = answer.words; }
  }

  for (const box of form.querySelectorAll("[data-item]")) {
    fold(box);
    box.addEventListener("input", (event) => {
      const field = event.target;
      if (field.dataset.cost !== undefined && field.checked) box.querySelector("[data-none]").checked = false;
      if (field.dataset.none !== undefined && field.checked) for (const other of box.querySelectorAll("[data-cost]")) other.checked = false;
      fold(box);
      form.elements.key.value = newKey();
      soon(box, field.type === "radio" || field.type === "checkbox" || field.tagName === "SELECT" ? 300 : 1200);
    });
  }
  const able = (yes) => { for (const one of form.elements) if (one.type === "submit") one.disabled = !yes; };
  // A second tap on the button sends nothing twice; the page that comes back has a new key.
  form.addEventListener("submit", () => {
    for (const held of waiting.values()) clearTimeout(held.timer);
    closed = true;
    setTimeout(() => able(false), 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) { closed = undecided; able(true); }
  });
})();
