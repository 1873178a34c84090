// Intake of signed papers: tools without leaving the page, drag to order, edges to cut, typing kept as it happens.
const form = document.querySelector("[data-scan-form]");
const box = document.querySelector("[data-scan-pages]");
const MARK = { "X-Scan-Pages": "1" };
const PAUSE = 1500;
let wanted = 0;

async function send(name) {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", name);
  return fetch(form.action, { method: "POST", body, headers: MARK, redirect: "error" });
}

async function act(name, focus) {
  const turn = ++wanted;
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await send(name);
    if (!answer.headers.get("content-type")?.startsWith("text/html") || answer.status === 401) throw new Error();
    const text = await answer.text();
    if (turn === wanted) show(text, focus);
  } catch {
    const button = form.querySelector('[value="keep"]');
    button.value = name; // the plain post says what is wrong, or asks to sign in and keeps what was typed
    form.requestSubmit(button);
  } finally {
    box.removeAttribute("aria-busy");
  }
}

function show(text, focus) {
  const ticked = new Set(Array.from(box.querySelectorAll('[name="confirm"]:checked'), (tick) => tick.value));
  box.innerHTML = text;
  for (const tick of box.querySelectorAll('[name="confirm"]')) tick.checked ||= ticked.has(tick.value);
  if (focus) (box.querySelector(`[value="${CSS.escape(focus)}"]:not([disabled])`) ?? box.querySelector(".scan-card"))?.focus();
  watch();
}

async function poll() {
  const turn = wanted;
  try {
    const answer = await fetch(box.dataset.url, { headers: MARK, redirect: "error" });
    const busy = box.contains(document.activeElement) && document.activeElement.matches("input, select");
    if (answer.ok && turn === wanted && !busy) return show(await answer.text());
  } catch {
    // offline for a moment: ask again
  }
  watch();
}

function watch() {
  clearTimeout(watch.timer);
  if (box.querySelector('[data-scan-reading="yes"]')) watch.timer = setTimeout(poll, PAUSE);
}

function attachTools() {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !box.contains(button) || button.value.startsWith("split:")) return;
    event.preventDefault();
    act(button.value, button.value);
  });
}

function attachDragging() {
  let dragged = null;
  box.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-scan-list] [data-scan-card]");
    if (card) card.draggable = !event.target.closest("input, select, details, button");
  });
  box.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-scan-card]");
    if (dragged) dragged.dataset.dragging = "";
  });
  box.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-scan-card]");
    if (!dragged || !over) return;
    event.preventDefault();
    for (const marked of box.querySelectorAll("[data-drop-here]")) delete marked.dataset.dropHere;
    if (over !== dragged) over.dataset.dropHere = "";
  });
  box.addEventListener("drop", (event) => {
    const over = event.target.closest("[data-scan-card]");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    over.before(dragged);
    form.querySelector("[data-scan-order]").value = Array.from(box.querySelectorAll("[data-scan-list] [data-scan-card]"), (card) => card.dataset.scanCard).join(" ");
    act("order");
  });
  box.addEventListener("dragend", () => {
    if (dragged) delete dragged.dataset.dragging;
    dragged = null;
    for (const marked of box.querySelectorAll("[data-drop-here]")) delete marked.dataset.dropHere;
  });
}

function attachCropping() {
  box.addEventListener("toggle", (event) => {
    if (event.target.matches("[data-scan-crop][open]")) openStage(event.target);
  }, true);
  box.addEventListener("input", (event) => {
    const crop = event.target.closest("[data-scan-crop]");
    if (crop) frame(crop);
  });
}

function openStage(crop) {
  const stage = crop.querySelector("[data-crop-stage]");
  if (stage.firstChild) return;
  const picture = new Image();
  picture.alt = "";
  picture.src = stage.dataset.src;
  const shown = document.createElement("div");
  shown.className = "scan-crop-frame";
  stage.append(picture, shown);
  picture.addEventListener("load", () => frame(crop));
  let edge = null;
  const at = (event) => {
    const area = stage.getBoundingClientRect();
    const x = Math.min(100, Math.max(0, (100 * (event.clientX - area.left)) / area.width));
    const y = Math.min(100, Math.max(0, (100 * (event.clientY - area.top)) / area.height));
    return { left: x, top: y, right: 100 - x, bottom: 100 - y };
  };
  stage.addEventListener("pointerdown", (event) => {
    const here = at(event);
    const away = (name) => Math.abs(here[name] - Number(input(crop, name).value));
    edge = ["left", "top", "right", "bottom"].reduce((a, b) => (away(b) < away(a) ? b : a));
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!edge) return;
    const across = { left: "right", right: "left", top: "bottom", bottom: "top" }[edge];
    input(crop, edge).value = Math.round(Math.min(at(event)[edge], 90 - Number(input(crop, across).value)));
    frame(crop);
  });
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, () => (edge = null));
}

function input(crop, edge) {
  return crop.querySelector(`[data-crop-edge="${edge}"]`);
}

function frame(crop) {
  const shown = crop.querySelector(".scan-crop-frame");
  if (!shown) return;
  for (const edge of ["left", "top", "right", "bottom"]) shown.style[edge] = `${input(crop, edge).value || 0}%`;
}

// What is typed beside the pages is kept on the server: a closed tab or a lost session costs nothing.
function attachKeeping() {
  let timer;
  form.addEventListener("input", (event) => {
    if (event.target.closest("[data-scan-crop]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => send("keep").catch(() => {}), PAUSE);
  });
}

if (form && box) {
  attachTools();
  attachDragging();
  attachCropping();
  if (form.classList.contains("doc-form")) attachKeeping();
  watch();
}
