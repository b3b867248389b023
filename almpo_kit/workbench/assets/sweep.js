"use strict";
(() => {
  const search = document.getElementById("search");
  const rows = [...document.querySelectorAll("#reports > li")];
  const words = rows.map((row) => row.textContent.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, ""));
  const boxes = [...document.querySelectorAll("[data-only]")];
  const count = document.getElementById("count");
  const show = () => {
    const asked = search.value.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean);
    const only = boxes.filter((box) => box.checked).map((box) => box.dataset.only);
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = asked.every((word) => words[at].includes(word)) && only.every((kind) => kind in row.dataset);
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${rows.length} reports`;
  };
  search.addEventListener("input", show);
  boxes.forEach((box) => box.addEventListener("change", show));
  document.getElementById("finder").hidden = false;
  const choice = document.getElementById("number");
  if (choice) {
    choice.addEventListener("change", () => {
      document.querySelectorAll("[data-map]").forEach((map) => { map.hidden = map.dataset.map !== choice.value; });
    });
    document.getElementById("chooser").hidden = false;
  }
  show();
})();
