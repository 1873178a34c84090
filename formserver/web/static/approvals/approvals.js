// The approval pages: mark a field without leaving it, wait for the pages, arrows in the queue, ticks counted.
import { register } from "../js/shortcuts.js";

const WAIT = 1500; // ms between questions whether the pages are printed
const PATIENCE = 80; // questions: two minutes

for (const form of document.querySelectorAll("[data-mark-form]")) markInPlace(form);
for (const box of document.querySelectorAll("[data-approval-printing]")) waitForPages(box);
for (const form of document.querySelectorAll("[data-approval-queue]")) manageQueue(form);
for (const link of document.querySelectorAll("[data-focus]")) {
  link.addEventListener("click", () => requestAnimationFrame(() => document.getElementById(link.dataset.focus)?.focus()));
}
onceOnly();

/** The pen beside a field opens the remark right there, with the field's place in it. */
function markInPlace(form) {
  const dialog = document.createElement("dialog");
  dialog.className = "fs-card apr-dialog";
  dialog.setAttribute("aria-label", "批注");
  const home = form.parentElement;
  const closer = document.createElement("button");
  closer.type = "button";
  closer.className = "btn";
  closer.textContent = "取消";
  closer.addEventListener("click", () => dialog.close());
  form.append(closer);
  closer.hidden = true;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    home.append(form);
    form.hidden = !form.remark.value;
    closer.hidden = true;
  });
  document.addEventListener("click", (event) => {
    const pen = event.target.closest("[data-mark]");
    if (!pen || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (form.at.value !== pen.dataset.mark) form.remark.value = "";
    form.at.value = pen.dataset.mark;
    form.querySelector("[data-mark-name]").textContent = pen.dataset.markLabel;
    form.hidden = closer.hidden = false;
    dialog.append(form);
    dialog.showModal();
    form.remark.focus();
  });
}

/** The worker prints; when it is done the page shows itself again. Nothing typed is thrown away. */
async function waitForPages(box) {
  for (let asked = 0; asked < PATIENCE; asked += 1) {
    await new Promise((done) => setTimeout(done, WAIT));
    try {
      const answer = await fetch(box.dataset.approvalPrinting, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const state = await answer.json();
      if (state.pages) {
        const typed = [...document.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
        if (typed || document.querySelector("dialog[open]")) box.querySelector("p").textContent = "页面已生成，写完后刷新即可看到。";
        else location.reload();
        return;
      }
      if (state.text) box.querySelector("p").textContent = state.text;
    } catch {
      // the connection may come back
    }
  }
}

function manageQueue(form) {
  const boxes = [...form.querySelectorAll("input[name=ticket]")];
  const links = [...form.querySelectorAll(".apr-card > a")];
  const count = form.querySelector("[data-approval-count]");
  const all = form.querySelector("[data-approval-all]");
  const many = form.querySelector(".apr-many");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = ticked ? `（已选 ${ticked} 份）` : "";
    if (many && ticked) many.open = true;
  };
  form.addEventListener("change", show);
  if (all) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      for (const box of boxes) box.checked = event.target.checked;
      show();
    });
  }
  form.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = links.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, here + step))].focus();
  });
  register("x", "勾选当前一份", () => {
    const box = form.querySelector(".apr-here input[name=ticket]");
    if (box) box.click();
  });
}

/** A second tap on 同意 while the first is under way sends nothing. */
function onceOnly() {
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
    window.addEventListener("pageshow", () => delete event.target.dataset.sent, { once: true });
  });
}
