// Inside the sandbox: lays out a docx that the page around sends. No network, no storage, no cookies here.
// From outside: {docx}, {find: text}, {page: ±1}, {zoom: number | "fit"}. To the outside: {drawn, pages, changed},
// {page, pages, zoom}, {failed}.
let zoom = "fit";
let texts = []; // of the pages as drawn last
let turn = 0;

window.addEventListener("message", (event) => {
  if (event.source !== window.parent) return;
  const asked = event.data || {};
  if (asked.docx instanceof ArrayBuffer) draw(asked.docx);
  else if (typeof asked.find === "string") find(asked.find);
  else if (asked.page) step(asked.page);
  else if (asked.zoom) {
    zoom = asked.zoom;
    fit();
    report();
  }
});
window.addEventListener("resize", () => {
  fit();
  report();
});
window.addEventListener("scroll", report, { passive: true });

async function draw(docx) {
  const mine = ++turn;
  const made = document.createElement("div");
  try {
    await window.docx.renderAsync(docx, made, made, { inWrapper: true, breakPages: true, useBase64URL: true });
  } catch {
    if (mine === turn) tell({ failed: true });
    return;
  }
  if (mine !== turn) return; // a newer one is on its way
  const top = document.documentElement.scrollTop;
  const pages = [...made.querySelectorAll("section.docx")];
  const now = pages.map((page) => page.textContent.replace(/\s+/g, ""));
  const changed = texts.length ? now.flatMap((text, i) => (text === texts[i] ? [] : [i])) : [];
  for (const i of changed) pages[i].classList.add("page-changed");
  texts = now;
  document.getElementById("pages").replaceChildren(made);
  fit();
  document.documentElement.scrollTop = top;
  tell({ drawn: true, pages: pages.length, changed: changed.map((i) => i + 1) });
  report();
}

function pagesNow() {
  return [...document.querySelectorAll("section.docx")];
}

function fit() {
  const page = document.querySelector("section.docx");
  if (!page) return;
  document.body.style.zoom = "1";
  const whole = (document.documentElement.clientWidth - 16) / page.offsetWidth;
  document.body.style.zoom = String(zoom === "fit" ? Math.min(1.6, whole) : zoom);
}

function current() {
  const middle = window.innerHeight / 3;
  const found = pagesNow().findIndex((page) => page.getBoundingClientRect().bottom > middle);
  return Math.max(0, found);
}

function report() {
  tell({ page: current() + 1, pages: pagesNow().length, zoom: Number(document.body.style.zoom || 1), fitted: zoom === "fit" });
}

function step(by) {
  const pages = pagesNow();
  pages[Math.min(pages.length - 1, Math.max(0, current() + by))]?.scrollIntoView({ block: "start" });
}

/** The smallest block whose text has the words looked for; it is marked for a moment. */
function find(text) {
  const wanted = text.replace(/\s+/g, "");
  if (wanted.length < 2) return;
  let found = null;
  for (const block of document.querySelectorAll("section.docx p, section.docx td")) {
    if (block.textContent.replace(/\s+/g, "").includes(wanted)) found = found?.contains(block) || !found ? block : found;
    if (found && !found.contains(block) && block !== found) break;
  }
  if (!found) return;
  for (const old of document.querySelectorAll(".place-found")) old.classList.remove("place-found");
  const box = found.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) found.scrollIntoView({ block: "center" });
  found.classList.add("place-found");
}

function tell(what) {
  window.parent.postMessage(what, "*");
}
tell({ ready: true });
