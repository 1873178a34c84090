// Rows of a list changed in the page itself: added, copied, moved, removed with undo. The order and the keys of the rows
// are a value like any other ("rows:/list" beside "gone:/list"), so autosave, its store in this browser and the plain
// post carry them. What needs the server (rows of other pages, cells that are not drawn) says so by data-row-server.
import { element } from "./panel.js";
import { snack } from "./snackbar.js";

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"; // as formserver/core/ids.py
export const MOST = 500;

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => LETTERS[byte & 31]).join("");
}

export const rowsOf = (list) => [...list.querySelectorAll("[data-row]")].filter((row) => row.closest("[data-rows]") === list);
export const listOf = (row) => row.closest("[data-rows]");
export const keyOf = (row) => row.dataset.row.slice(row.dataset.row.lastIndexOf("@") + 1);
export const numberOf = (row) => first(listOf(row)) + rowsOf(listOf(row)).indexOf(row);
const first = (list) => Number(list.dataset.first || 1);

/** Whether a verb can be done here, without the server. */
export function local(verb, list) {
  if (!list || !list.querySelector(":scope > template[data-row-template]")) return false;
  if (verb === "add") return list.dataset.lastPage !== "false";
  return !("rowServer" in list.dataset) || verb === "up" || verb === "down";
}

/** A new row, blank, drawn from the list's pattern. */
export function blank(list, key = newKey()) {
  const name = list.dataset.rows;
  const pattern = list.querySelector(":scope > template[data-row-template]");
  const holder = document.createElement("template");
  holder.innerHTML = pattern.innerHTML.replaceAll(`${name}/@/`, `${name}/@${key}/`).replaceAll(`${name}/@"`, `${name}/@${key}"`);
  const row = holder.content.querySelector("[data-row]");
  [...row.querySelectorAll("input[type=hidden]")].find((i) => i.name === `rows:${name}`).value = key;
  return row;
}

/** Put `row` before `follower` (at the end without one). */
export function place(list, row, follower = null) {
  const body = list.querySelector("[data-row-body]");
  body.querySelector(":scope > [data-no-rows]")?.remove();
  body.insertBefore(row, follower);
  for (const input of list.querySelectorAll(":scope > input[data-gone]")) if (input.value === keyOf(row)) input.remove();
  settle(list);
}

export function takeAway(list, row) {
  row.remove();
  const gone = element("input");
  Object.assign(gone, { type: "hidden", name: `gone:${list.dataset.rows}`, value: keyOf(row) });
  gone.dataset.gone = "";
  list.append(gone);
  settle(list);
}

/** Numbers, labels, buttons and the count after a change; autosave hears of it. */
export function settle(list) {
  const rows = rowsOf(list);
  const from = first(list);
  rows.forEach((row, index) => {
    const number = from + index;
    const shown = row.querySelector("[data-row-number]");
    if (shown.textContent === String(number)) return;
    shown.textContent = number;
    for (const button of row.querySelectorAll(".fs-row-buttons [aria-label]"))
      button.setAttribute("aria-label", numbered(button.getAttribute("aria-label"), number));
    for (const words of row.querySelectorAll("[data-row-context]")) words.textContent = numbered(words.textContent, number);
  });
  rows.forEach((row, index) => (row.querySelector("button[value^='up:']").disabled = index === 0 && from === 1));
  const count = list.querySelector("[data-rows-count]");
  const before = Number(list.dataset.total);
  const total = before + rows.length - Number(list.dataset.drawn);
  list.dataset.total = total;
  list.dataset.drawn = rows.length;
  if (count) count.textContent = total ? `共 ${total} 行` : "";
  list.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true, detail: { list } }));
}

/** Words with the number of a row, which is the last in them, replaced; in whatever language they are. */
const numbered = (words, number) => words.replace(/\d+(?=\D*$)/, number);

/** {name: values} of every control of a row. */
export function valuesIn(row) {
  const found = new Map();
  for (const c of row.querySelectorAll("input, select, textarea")) {
    if (!c.name.startsWith("/")) continue;
    const values = found.get(c.name) || [];
    if ((c.type !== "checkbox" && c.type !== "radio") || c.checked) values.push(c.value);
    found.set(c.name, values);
  }
  return found;
}

export function fill(row, values) {
  for (const c of row.querySelectorAll("input, select, textarea")) {
    const given = values.get(c.name);
    if (!given) continue;
    if (c.type === "checkbox" || c.type === "radio") c.checked = given.includes(c.value);
    else c.value = given[0] ?? "";
  }
  touch(row, values.keys());
}

/** Tell autosave that these controls hold something new; `anew`: the server has forgotten what it held. */
export function touch(row, names, anew = false) {
  const form = row.closest("form");
  form.dispatchEvent(new CustomEvent("cellschanged", { detail: { names: [...names], anew } }));
}

export function add(list) {
  if (Number(list.dataset.total) >= MOST) return full();
  const row = blank(list);
  place(list, row);
  focusIn(row);
  return row;
}

export function copy(row) {
  const list = listOf(row);
  if (Number(list.dataset.total) >= MOST) return full();
  const twin = blank(list);
  const from = row.dataset.row;
  const values = new Map([...valuesIn(row)].map(([name, texts]) => [name.replace(from, twin.dataset.row), texts]));
  place(list, twin, row.nextElementSibling);
  fill(twin, values);
  focusIn(twin);
  return twin;
}

export function remove(row) {
  const list = listOf(row);
  const number = numberOf(row);
  const follower = row.nextElementSibling;
  const values = valuesIn(row);
  takeAway(list, row);
  snack(`已删除第${number}行`, {
    undo: () => {
      const now = document.querySelector(`fieldset[data-rows="${CSS.escape(list.dataset.rows)}"]`);
      if (!now) return;
      place(now, row, follower?.isConnected ? follower : null);
      touch(row, values.keys(), true);
      focusIn(row);
    },
  });
  const next = follower?.matches("[data-row]") ? follower : rowsOf(list).at(-1);
  (next?.querySelector("button[value^='remove:']") || list.querySelector("button[value^='add:']"))?.focus();
}

export function move(row, by) {
  const list = listOf(row);
  const rows = rowsOf(list);
  const target = rows[rows.indexOf(row) + by];
  if (!target) return false;
  const focused = document.activeElement;
  list.querySelector("[data-row-body]").insertBefore(row, by < 0 ? target : target.nextElementSibling);
  settle(list);
  if (row.contains(focused)) focused.focus();
  mark(row);
  return true;
}

export function mark(row) {
  row.classList.remove("doc-changed");
  void row.offsetWidth; // starts the animation again
  row.classList.add("doc-changed");
}

export function focusIn(row) {
  mark(row);
  const control = row.querySelector("input:not([type=hidden]), select, textarea");
  control?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function full() {
  snack(`最多 ${MOST} 行；更多的内容请作为附件上传。`);
  return null;
}
