// What the server worked out after it kept what was typed: lists it fills, single values, and the calculator of the form
// with its results. The controls a person is typing into are left alone; a list is drawn anew only when other controls are
// needed than stand there.
import { Picker } from "../js/pickers.js";
import { controlsOf } from "./controls.js";
import { fetchList, pageQuery } from "./list-pages.js";
import { keyOf } from "./rows.js";

const SOON = 250; // ms after the last keystroke: results appear while somebody types

export class Computed {
  constructor(form, saver, putList) {
    Object.assign(this, { form, saver, putList, timer: 0 });
    form.addEventListener("input", (event) => this.typed(event.target, SOON));
    form.addEventListener("change", (event) => this.typed(event.target, event.target.tagName === "SELECT" ? 0 : SOON));
    form.addEventListener("focusin", (event) => this.help(event.target));
    form.addEventListener("formchanged", () => this.open());
    this.open();
  }

  /** Parts that need this script. */
  open() {
    for (const part of this.form.querySelectorAll("[data-calc-find][hidden]")) part.hidden = false;
  }

  typed(control, wait) {
    if (!control.name || !control.closest("[data-calculations]")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saver.flush(), wait);
  }

  help(control) {
    if (control.name?.endsWith("/carrier")) control.setAttribute("list", `${control.closest("[data-rows]").id}-carriers`);
    const find = control.closest("[data-calc-find]");
    if (!find || control.dataset.picking) return;
    const url = control.closest("[data-calculations]").dataset.products;
    new Picker(this.form, control, "product", url, { chosen: (item) => this.choose(control, item) });
  }

  choose(control, item) {
    const row = control.closest("[data-row]").dataset.row;
    control.value = "";
    for (const [part, value, text] of [["industry", item.facts.industry, ""], ["product", item.facts.product, item.name]]) {
      const [select] = controlsOf(this.form, `${row}/${part}`);
      if (![...select.options].some((option) => option.value === value)) select.add(new Option(text, value));
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /** Draw the computed parts of an answer of the draft. */
  take(data) {
    for (const [name, text] of Object.entries(data.computed || {})) this.list(name, text);
    for (const [name, text] of Object.entries(data.values || {})) this.value(name, text);
  }

  list(name, text) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const made = holder.content.querySelector("fieldset, [data-made-rows]");
    const old = document.getElementById(name);
    if (!made || !old) return;
    if (old.matches("[data-made-rows]")) old.replaceWith(made);
    else if (old.matches("[data-calculations]")) this.calculations(old, made);
    else if (!old.contains(document.activeElement)) this.putList(name, made);
  }

  /** `made` is the whole list, or only what results change in the rows that changed (data-calc-live). */
  calculations(old, made) {
    const live = "calcLive" in made.dataset;
    const rows = live ? [...made.querySelectorAll(":scope > [data-row]")] : cards(made);
    const keys = live ? made.dataset.rowsNow.trim().split(" ").filter(Boolean) : rows.map(keyOf);
    const known = keys.join(" ") === cards(old).map(keyOf).join(" ");
    const fits = (row) => document.getElementById(row.dataset.row)?.dataset.shape === row.dataset.shape && sameLines(row);
    if (known && rows.every(fits)) {
      for (const row of rows) refresh(document.getElementById(row.dataset.row), row);
      if (old.querySelector("[data-calc-result] [data-place]")) this.form.dispatchEvent(new CustomEvent("formchanged")); // conditions ask for results
    } else if (live) this.fetched(old.dataset.rows);
    else this.anew(old.dataset.rows, made);
  }

  async fetched(name) {
    const page = this.form.elements.namedItem(`page:${name}`)?.value;
    const made = await fetchList(name, page ? pageQuery(name, page) : "");
    if (made) this.anew(name, made);
  }

  /** Other inputs are asked for now: the list is drawn anew, and the cursor goes back to where it was. */
  anew(name, made) {
    const at = document.activeElement;
    const kept = document.getElementById(name)?.contains(at) ? { id: at.id, start: at.selectionStart ?? null } : null;
    this.putList(name, made);
    const control = kept && document.getElementById(kept.id);
    control?.focus({ preventScroll: true });
    if (control?.setSelectionRange && kept.start !== null) control.setSelectionRange(kept.start, kept.start);
  }

  value(name, text) {
    const controls = controlsOf(this.form, name);
    if (controls.length === 1 && !this.saver.dirty.has(name) && controls[0] !== document.activeElement) {
      controls[0].value = controls[0].defaultValue = text;
      this.saver.base.set(name, [text]);
    }
    const shown = document.getElementById(name)?.querySelector(".fs-readonly");
    if (shown) shown.textContent = text || "—";
  }
}

const cards = (list) => [...list.querySelectorAll(":scope > [data-row-body] > [data-shape]")];

/** Whether the energy lines the server knows are those of the page; lines added here and not yet sent may be more. */
function sameLines(row) {
  return [...row.querySelectorAll("[data-line]")].every((line) => document.getElementById(line.dataset.line));
}

/** Results, sums and messages of a card whose controls stay. */
function refresh(card, live) {
  if (!card) return;
  put(card.querySelector("[data-calc-result]"), live.querySelector("[data-calc-result]")?.innerHTML);
  put(card.querySelector(".fs-row-card-head strong"), live.querySelector("strong")?.innerHTML);
  for (const line of live.querySelectorAll("[data-line]")) {
    const shown = document.getElementById(line.dataset.line);
    put(shown?.querySelector("output"), line.querySelector("output").innerHTML);
    put(shown?.querySelector("summary"), line.querySelector("span").innerHTML);
  }
  for (const now of card.querySelectorAll(".calc-inputs-group .fs-field[data-place]")) {
    now.querySelector(":scope > .fs-error")?.remove();
    const said = live.querySelector(`[data-for="${CSS.escape(now.dataset.place)}"]`);
    if (said) now.append(said);
    now.classList.toggle("fs-invalid", Boolean(said));
  }
  for (const now of card.querySelectorAll("td[data-now]")) {
    const found = card.querySelector(`[data-indicator="${CSS.escape(now.dataset.now)}"]`);
    now.textContent = found?.dataset.now || "—";
  }
}

function put(part, html) {
  if (part && html !== undefined && part.innerHTML !== html) part.innerHTML = html;
}
