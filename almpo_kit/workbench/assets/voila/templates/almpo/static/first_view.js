// What stands in the page before the app is awake: drawn here, exchanged for the app in one step, told of if it ends.
"use strict";
{
  /** Nothing where another server than ours uses this template: nobody has put a view in. */
  const view = () => {
    try { return JSON.parse(document.getElementById("first-view-html").textContent); } catch { return ""; }
  };
  const html = view();
  const waiting = document.getElementById("loading"), host = document.getElementById("first-view");
  if (html && host) {
    // A closed root: neither names nor styles meet those of the live app, and no script in it runs.
    host.attachShadow({ mode: "closed" }).innerHTML = html;
    host.hidden = false;
    document.documentElement.classList.add("has-first-view");
  }

  const QUIET_MS = 200, LONGEST_MS = 15000;

  /** Calls back once the app has been drawn and nothing more is drawn into it for a moment. */
  function whenDrawn(cells, then) {
    let timer = 0;
    const end = () => { clearTimeout(timer); clearTimeout(latest); seen.disconnect(); then(); };
    const later = () => {
      if (!cells.querySelector(".jupyter-widgets, .jp-OutputArea-output :not(script)")) return;
      clearTimeout(timer);
      timer = setTimeout(end, QUIET_MS);
    };
    const seen = new MutationObserver(later), latest = setTimeout(end, LONGEST_MS);
    seen.observe(cells, { childList: true, subtree: true });
    later();
  }

  // Called when all cells are in the page, and by Voila when the theme is loaded; whoever is last lets the app be drawn.
  let begun = false;
  window.voila_finish = () => {
    if (!window.themeLoaded) { window.cellLoaded = true; return; }
    if (begun) return;
    begun = true;
    const cells = document.getElementById("rendered_cells");
    cells.style.display = "";
    cells.classList.add("drawing");
    // Nobody comes upon it by keyboard or by ear before it can be seen.
    cells.inert = true;
    whenDrawn(cells, () => {
      cells.classList.remove("drawing");
      cells.inert = false;
      document.documentElement.classList.remove("has-first-view");
      waiting?.remove();
      drawn = true;
      watch();
    });
  };
  document.addEventListener("DOMContentLoaded", watch);

  /**
   * Says it when the session has ended: a screen that no longer answers looks like one that does. Begins when the page has
   * come, as the server keeps the place of a browser that takes long with the app for as long as it asks.
   */
  let watching = false, drawn = false;
  function watch() {
    const told = document.getElementById("jupyter-config-data");
    if (watching || !told) return;
    watching = true;
    const config = JSON.parse(told.textContent);
    const address = `${config.baseUrl}api/kernels/${config.kernelId}`, words = document.getElementById("ended");
    let timer = 0, ended = false;
    const look = async () => {
      clearTimeout(timer);
      if (ended) return;
      let said = "";
      try {
        const answer = await fetch(address, { cache: "no-store", credentials: "same-origin" });
        ended = answer.status === 404 || answer.status === 403;
        if (ended) said = "This session has ended: its place was needed by others, or the app stopped. What you typed is not kept.";
      } catch { said = "The server cannot be reached at the moment. What you choose now has no effect; it is tried again."; }
      words.querySelector("span").textContent = said;
      words.hidden = !said;
      if (!ended) timer = setTimeout(look, document.hidden && drawn ? 120000 : 20000);
    };
    look();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    words.querySelector("button").addEventListener("click", () => location.reload());
  }
}
