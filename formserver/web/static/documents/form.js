// The form page: autosave, rows in place with undo, keys, marks in the list of sections, the pane beside the form.
import { register } from "../js/shortcuts.js";
import { Autosave } from "./autosave.js";
import { setValues, valuesOf } from "./controls.js";
import { Computed } from "./computed.js";
import { attachDrag } from "./drag.js";
import { attachLayout } from "./layout.js";
import { attachJoining } from "./join.js";
import { fetchList, openPageOf, pageQuery } from "./list-pages.js";
import { attachOrigins } from "./origin.js";
import { Pane } from "./pane.js";
import { attachPasting } from "./paste.js";
import { References } from "./reference.js";
import { goTo, Remarks } from "./remarks.js";
import * as rows from "./rows.js";
import { snack, undoLatest } from "./snackbar.js";

const BY_SERVER = new Set(["refill", "calculate", "recalculate", "carriers", "detach", "attach", "recompare"]); // verbs of rows
const form = document.getElementById("doc-form");
const remarks = new Remarks(form);
const pane = new Pane(form);
const references = new References(form);
const saver = new Autosave(form, (data, sent) => {
  remarks.take(data, sent);
  computed.take(data);
  pane.kept();
  references.kept();
});
const computed = new Computed(form, saver, putList);
let leaving = false;

attachLayout(() => pane.shown());
attachDrag(form);
attachJoining(form);
attachPasting(form);
attachOrigins(form, saver);
saver.restore();
followSections();
form.dataset.ready = "true";

form.addEventListener("rowschanged", () => form.dispatchEvent(new CustomEvent("formchanged")));
form.addEventListener("hiddenpicked", (event) => saver.flush({ changes: event.detail.changes }));
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name='do']");
  const verb = button?.value.split(":")[0];
  if (!/^(add|copy|remove|up|down|page)$/.test(verb || "") && !BY_SERVER.has(verb)) return;
  event.preventDefault();
  if (verb === "page") openPage(button.value);
  else changeRows(button.value);
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
  setTimeout(() => form.requestSubmit(button)); // with nothing unsent this event is still being told to others, and a browser ignores a second one
});
window.addEventListener("pageshow", () => (leaving = false));

register("ctrl+s", "保存为新版本", () => press("[data-save]"), "填写");
register("ctrl+enter", "下一步", () => press("[data-primary]") || press("[data-save]"), "填写");
register("alt+insert", "在表格中添加一行", () => addAfter(), "填写");
register("alt+arrowup", "上移一行", () => moveRow("up"), "填写");
register("alt+arrowdown", "下移一行", () => moveRow("down"), "填写");
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, dialog")) return; // the field's own undo
  if (undoLatest()) event.preventDefault();
});

function press(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return Boolean(button);
}

function rowHere() {
  return document.activeElement.closest("[data-row]");
}

function addAfter() {
  const list = rowHere()?.closest("table") && rows.listOf(rowHere());
  if (!list) return false;
  changeRows(`add:${list.dataset.rows}`);
  return true;
}

function moveRow(verb) {
  const row = rowHere();
  if (row) changeRows(`${verb}:${row.dataset.row}`, document.activeElement.name);
}

/** In the page where that is possible, by the server where it must be. */
async function changeRows(action, focus = "") {
  const [verb, place] = [action.slice(0, action.indexOf(":")), action.slice(action.indexOf(":") + 1)];
  const row = verb === "add" || verb === "refill" ? null : document.getElementById(place);
  const list = row ? rows.listOf(row) : form.querySelector(`fieldset[data-rows="${CSS.escape(place)}"]`);
  if (!BY_SERVER.has(verb) && rows.local(verb, list)) {
    if (verb === "add") return rows.add(list);
    if (verb === "copy") return rows.copy(row);
    if (verb === "remove") return rows.remove(row);
    if (rows.move(row, verb === "up" ? -1 : 1)) return undefined;
  }
  const answer = await ask({ do: action });
  if (!answer) return undefined;
  replaceRows(answer.html);
  const anchor = document.getElementById(focus || answer.anchor);
  const target = anchor?.matches("input, select, textarea") ? anchor : anchor?.querySelector("input:not([type=hidden]), select, textarea");
  (target || anchor)?.focus();
  if (anchor?.closest("[data-row]")) rows.mark(anchor.closest("[data-row]"));
  if (answer.undo) snack("已删除一行", { undo: async () => replaceRows((await ask({ changes: [answer.undo] }))?.html || {}) });
  return undefined;
}

/** Save with `extra`; the answer, or null when it could not be done now. */
async function ask(extra) {
  let answer = null;
  const show = saver.show;
  saver.show = (data, sent) => {
    answer = data;
    show(data, sent);
  };
  const done = await saver.flush(extra);
  saver.show = show;
  return done ? answer : null;
}

function replaceRows(html) {
  for (const [list, text] of Object.entries(html)) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    putList(list, holder.content.firstElementChild);
  }
}

/** A list drawn anew takes the place of the old; what was typed meanwhile is typed into it again. */
function putList(name, made) {
  const old = form.querySelector(`fieldset[data-rows="${CSS.escape(name)}"]`);
  if (!old || !made) return;
  const typed = [...saver.dirty].filter((n) => n.startsWith(`${name}/@`)).map((n) => [n, valuesOf(form, n)]);
  saver.dirty.delete(`rows:${name}`);
  old.replaceWith(made);
  form.dispatchEvent(new CustomEvent("formchanged"));
  for (const [n, values] of typed) setValues(form, n, values);
}

form.addEventListener("listtaken", async ({ detail: { name } }) => putList(name, await fetchList(name, "")));

async function openPage(action) {
  const [, name, number] = /^page:(.*):(\d+)$/.exec(action);
  if (!(await saver.flush())) return;
  const list = await fetchList(name, pageQuery(name, number));
  if (!list) return void snack("网络不通，没有翻页。");
  putList(name, list);
  list.scrollIntoView({ block: "start" });
  list.focus({ preventScroll: true });
}

// a link to a row that stands on another page of its list
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const place = link && decodeURIComponent(link.hash.slice(1));
  if (!place || document.getElementById(place) || !(await saver.flush())) return;
  if (await openPageOf(form, place, putList)) goTo(place);
});

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
}
