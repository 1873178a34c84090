// A form drawn from a document type: conditional parts appear in place, dates get the browser's calendar.
// <form data-schema-form data-ctx='{"agency.mode": "委托"}'> … data-show-when, data-required-when, data-place, data-kind …
import { evaluate, places } from "./conditions.js";
import { attachPickers } from "./pickers.js";

export function attachSchemaForm(form) {
  const ctx = JSON.parse(form.dataset.ctx || "{}");
  const kept = JSON.parse(form.dataset.body || "{}"); // what this page does not draw: other sections, hidden fields
  let page = null;
  const redraw = () => {
    page = new Page(form, kept, ctx);
    page.show(page.conditions);
  };
  const typed = (event) => page.typed(event.target);
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("cellschanged", redraw);
  form.addEventListener("formchanged", () => {
    for (const box of form.querySelectorAll("[data-date-field]:not(.fs-has-picker)")) addCalendar(box);
    redraw();
  });
  for (const box of form.querySelectorAll("[data-date-field]")) addCalendar(box);
  attachPickers(form);
  redraw();
}

/** What the page shows, read once; a keystroke changes one value and asks only the conditions that look at it. */
class Page {
  constructor(form, kept, ctx) {
    Object.assign(this, { form, ctx, body: readBody(form, kept) });
    this.conditions = [...form.querySelectorAll("[data-show-when], [data-required-when]")].map((part) => {
      const asked = [part.dataset.showWhen, part.dataset.requiredWhen].filter(Boolean).join();
      return { part, keys: keysIn(part), own: asked.includes("row:") };
    });
  }

  typed(control) {
    const part = control.closest("[data-place]");
    if (!part || control.name !== part.dataset.place) return;
    set(this.body, part.dataset.place, valueOf(part, part.dataset.kind));
    const key = part.dataset.place.split("/")[1];
    const row = part.closest("[data-row]");
    this.show(this.conditions.filter((c) => c.keys.has(key) || (c.own && row?.contains(c.part))));
  }

  show(conditions) {
    for (const { part } of conditions) {
      const { showWhen, requiredWhen } = part.dataset;
      const row = rowOf(part, this.body);
      if (showWhen) {
        const hidden = !holds(showWhen, this.body, row, this.ctx);
        if (part.hidden !== hidden) part.hidden = hidden;
        const entry = part.dataset.section && document.querySelector(`[data-section-entry="${CSS.escape(part.dataset.section)}"]`);
        if (entry) entry.hidden = hidden;
      }
      const mark = requiredWhen && part.querySelector("[data-required-mark]");
      if (mark) mark.hidden = !holds(requiredWhen, this.body, row, this.ctx);
    }
  }
}

/** The top fields a part's conditions look at. */
function keysIn(part) {
  const found = new Set();
  for (const text of [part.dataset.showWhen, part.dataset.requiredWhen]) {
    if (!text) continue;
    for (const place of places(JSON.parse(text))) if (place.startsWith("/")) found.add(place.split("/")[1]);
  }
  return found;
}

function holds(text, body, row, ctx) {
  try {
    return evaluate(JSON.parse(text), { body, row, ctx });
  } catch (error) {
    console.error(error); // a faulty condition must not hide what the server showed
    return true;
  }
}

function rowOf(part, body) {
  const holder = part.closest("[data-row]");
  if (!holder) return null;
  let value = body;
  for (const step of holder.dataset.row.slice(1).split("/")) {
    value = Array.isArray(value) ? value.find((row) => "@" + row._k === step) : value?.[step];
  }
  return value ?? null;
}

/** The body as the page shows it, on top of what the page does not draw. Only for conditions: never sent. */
export function readBody(form, kept) {
  const body = structuredClone(kept);
  for (const list of form.querySelectorAll("[data-rows]")) {
    const keys = [...list.querySelectorAll("input[type=hidden]")].filter((i) => i.name === "rows:" + list.dataset.rows);
    const rows = keys.map((input) => ({ _k: input.value }));
    if (rows.length) set(body, list.dataset.rows, rows);
  }
  for (const part of form.querySelectorAll("[data-place]")) {
    const kind = part.dataset.kind;
    if (kind === "object" || kind === "rows") continue;
    const value = valueOf(part, kind);
    set(body, part.dataset.place, value);
  }
  return body;
}

function valueOf(part, kind) {
  const place = part.dataset.place;
  const inputs = [...part.querySelectorAll("input, select, textarea")].filter((i) => i.name === place);
  if (!inputs.length) return part.querySelector(".fs-readonly") ? (part.querySelector(".fs-readonly").textContent || null) : null;
  const first = inputs[0];
  if (kind === "list") {
    const items = first.type === "checkbox"
      ? inputs.filter((i) => i.checked).map((i) => i.value)
      : first.value.split(/[、\n]/).map((t) => t.trim()).filter(Boolean);
    return items.length ? items : null;
  }
  const text = first.type === "radio" ? (inputs.find((i) => i.checked)?.value ?? "") : first.value;
  if (kind === "boolean") return first.type === "checkbox" ? first.checked || null : text === "" ? null : text === "true";
  if (text === "") return null;
  if (kind === "integer") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (kind === "date-time") return text.replace(" ", "T");
  return text;
}

function set(body, place, value) {
  const steps = place.slice(1).split("/").map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"));
  let holder = body;
  steps.forEach((step, index) => {
    if (holder === null || holder === undefined) return;
    const last = index === steps.length - 1;
    if (Array.isArray(holder)) {
      holder = holder.find((row) => "@" + row._k === step);
    } else if (last) {
      if (value === null) delete holder[step];
      else holder[step] = value;
    } else {
      if (value === null && !(step in holder)) {
        holder = null; // nothing to take away
        return;
      }
      holder[step] ??= {};
      holder = holder[step];
    }
  });
}

function addCalendar(box) {
  const text = box.querySelector("input");
  const native = document.createElement("input");
  native.type = box.dataset.dateField === "date" ? "date" : "datetime-local";
  native.className = "fs-date-native";
  native.tabIndex = -1;
  native.setAttribute("aria-label", "用日历选择");
  const icon = document.createElement("span");
  icon.className = "fs-date-icon";
  icon.textContent = "▾";
  icon.setAttribute("aria-hidden", "true");
  native.addEventListener("click", () => {
    native.value = text.value.replace(" ", "T");
    native.showPicker?.();
  });
  native.addEventListener("change", () => {
    text.value = native.value.replace("T", " ");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.append(native, icon);
  box.classList.add("fs-has-picker");
}

for (const form of document.querySelectorAll("form[data-schema-form]")) attachSchemaForm(form);
