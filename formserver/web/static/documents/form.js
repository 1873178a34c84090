// The form page: autosave, rows in place with undo, keys, marks in the list of sections, the pane beside the form.
import { Autosave } from "./autosave.js";
import { element } from "./panel.js";
import { attachPane } from "./pane.js";

const form = document.getElementById("doc-form");
const pane = attachPane(form);
const saver = new Autosave(form, (data, sent) => {
  showMarks(data);
  for (const [name, said] of Object.entries(data.fields)) showRemarks(name, said, sent.has(name));
  pane.refresh();
});
let leaving = false;

saver.restore();
followSections();
form.dataset.ready = "true";

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='do']");
  if (!button || !/^(add|copy|remove|up|down|refill):/.test(button.value)) return;
  event.preventDefault();
  changeRows(button.value);
});

form.addEventListener("submit", async (event) => {
  if (leaving) return;
  const button = event.submitter;
  event.preventDefault();
  if (button?.value === "keep") {
    await saver.flush();
    return;
  }
  if (!(await saver.flush())) return; // what could not be kept stays on the page, with its reason
  leaving = true;
  form.requestSubmit(button);
});
window.addEventListener("pageshow", () => (leaving = false));

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "s") press(event, "[data-save]");
  else if (control && event.key === "Enter") press(event, "[data-primary]") || press(event, "[data-save]");
  else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    const row = document.activeElement.closest("[data-row]");
    if (!row) return;
    event.preventDefault();
    changeRows(`${event.key === "ArrowUp" ? "up" : "down"}:${row.dataset.row}`, document.activeElement.name);
  }
});

function press(event, selector) {
  const button = document.querySelector(selector);
  if (!button) return false;
  event.preventDefault();
  button.click();
  return true;
}

async function changeRows(action, focus = "") {
  let answer = null;
  const show = saver.show;
  saver.show = (data, sent) => {
    answer = data;
    show(data, sent);
  };
  const done = await saver.flush({ do: action });
  saver.show = show;
  if (!done || !answer) return;
  replaceRows(answer);
  const anchor = document.getElementById(focus || answer.anchor);
  if (anchor) {
    const target = anchor.matches("input, select, textarea") ? anchor : anchor.querySelector("input:not([type=hidden]), select, textarea");
    (target || anchor).focus();
    anchor.closest("[data-row]")?.classList.add("doc-changed");
  }
  if (answer.undo) offerUndo(answer.undo);
}

function replaceRows(answer) {
  for (const [list, html] of Object.entries(answer.html)) {
    const old = form.querySelector(`fieldset[data-rows="${CSS.escape(list)}"]`);
    if (old) old.outerHTML = html;
  }
  form.dispatchEvent(new CustomEvent("formchanged"));
}

function offerUndo(change) {
  for (const old of document.querySelectorAll(".doc-undo")) old.remove();
  const list = form.querySelector(`fieldset[data-rows="${CSS.escape(change.at)}"]`);
  const bar = element("div", "doc-undo");
  bar.setAttribute("role", "status");
  const button = element("button", "fs-link-button", "撤销");
  button.type = "button";
  button.addEventListener("click", async () => {
    bar.remove();
    let answer = null;
    const show = saver.show;
    saver.show = (data, sent) => {
      answer = data;
      show(data, sent);
    };
    await saver.flush({ changes: [change] });
    saver.show = show;
    if (answer) replaceRows(answer);
  });
  bar.append(element("span", "", "已删除一行。"), button);
  list?.append(bar);
  button.focus();
}

function showMarks(data) {
  for (const mark of data.sections) {
    const link = document.querySelector(`.fs-toc a[href="#section-${CSS.escape(mark.key)}"]`);
    if (!link) continue;
    const sign = link.querySelector(".fs-toc-mark");
    sign.className = `fs-toc-mark fs-toc-${mark.state}`;
    sign.textContent = mark.mark;
    link.querySelector(".visually-hidden").textContent = `（${mark.text}）`;
  }
  document.querySelector("[data-missing]").textContent = data.missing ? `还缺 ${data.missing} 处` : "";
}

function showRemarks(name, said, touched) {
  const part = form.querySelector(`.fs-field[data-place="${CSS.escape(name)}"]`);
  if (!part) return;
  for (const old of part.querySelectorAll(":scope > .fs-error, :scope > .fs-warning, :scope > .fs-hint")) old.remove();
  for (const [kind, css] of [["errors", "fs-error"], ["warnings", "fs-warning"], ["hints", "fs-hint"]]) {
    if (!said[kind].length) continue;
    const line = element("div", css, said[kind].join(" "));
    line.id = `${name}-${css.slice(3)}`;
    part.append(line);
  }
  part.classList.toggle("fs-invalid", said.errors.length > 0);
  const control = document.getElementById(name);
  if (control?.matches("input, select, textarea")) control.setAttribute("aria-invalid", String(said.errors.length > 0));
  if (touched && !said.errors.length) settle(name);
  if (touched) part.querySelector(".fs-label > .fs-origin")?.remove(); // it is the person's own now
}

/** A mended place leaves the error summary. */
function settle(name) {
  const summary = document.querySelector("[data-error-summary]");
  for (const link of summary?.querySelectorAll("a") || []) {
    if (decodeURIComponent(link.hash.slice(1)) === name) link.closest("li").remove();
  }
  if (summary && !summary.querySelector("li")) summary.remove();
}

function followSections() {
  const links = new Map([...document.querySelectorAll(".fs-toc a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-25% 0px -65% 0px" },
  );
  for (const section of form.querySelectorAll("[data-section]")) seen.observe(section);
  if (window.matchMedia("(max-width: 48rem)").matches) document.querySelector(".doc-toc-fold").open = false;
}
