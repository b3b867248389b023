// What stood in Voila's page as script, and our own: a file, so that the page itself needs no right to run any.
"use strict";

// Written into the page while a kernel takes long, so that no proxy gives up.
window.voila_heartbeat = () => {};

// Called here when all cells are in the page, and by Voila when the theme is loaded; whoever is last shows the app.
window.voila_finish = () => {
  if (!window.themeLoaded) {
    window.cellLoaded = true;
    return;
  }
  document.getElementById("loading")?.remove();
  document.getElementById("rendered_cells").style.display = "";
};

// Answers are replaced by a widget after every choice: say the new sentence, and only that, to screen readers.
function sayAnswers() {
  const region = document.querySelector(".almpo-answer"), answer = region && region.querySelector(".answer");
  if (!answer) return;
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", "Answer");
  const said = document.getElementById("said");
  if (said.textContent !== answer.textContent) said.textContent = answer.textContent;
}

document.addEventListener("DOMContentLoaded", () => {
  const cells = document.getElementById("rendered_cells");
  new MutationObserver(sayAnswers).observe(cells, { childList: true, subtree: true });
  window.voila_finish();
});
