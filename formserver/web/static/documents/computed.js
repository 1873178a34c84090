// What the server worked out after it kept what was typed: lists it fills, single values, and the calculator of the form
// with its results. The controls a person is typing into are left alone; a list is drawn anew only when other controls are
// needed than stand there.
import { Picker } from "../js/pickers.js";
import { controlsOf } from "./controls.js";

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

  calculations(old, made) {
    const before = cards(old);
    const after = cards(made);
    const same = before.length === after.length && before.every((card, i) => shape(card) === shape(after[i]));
    if (!same) return this.anew(old, made);
    before.forEach((card, i) => refresh(card, after[i]));
    return undefined;
  }

  /** Other inputs are asked for now: the list is drawn anew, and the cursor goes back to where it was. */
  anew(old, made) {
    const at = document.activeElement;
    const kept = old.contains(at) ? { id: at.id, start: at.selectionStart ?? null } : null;
    this.putList(old.dataset.rows, made);
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
const lines = (card) => [...card.querySelectorAll(".calc-line[data-row]")];
const shape = (card) => [card.dataset.row, card.dataset.shape, ...lines(card).map((line) => line.dataset.row)].join(" ");

/** Results, sums and messages of a card whose controls stay. */
function refresh(card, made) {
  swap(card, made, "[data-calc-result]");
  swap(card, made, ".fs-row-card-head strong");
  lines(card).forEach((line, i) => {
    swap(line, lines(made)[i], ".calc-converted");
    swap(line, lines(made)[i], "summary");
  });
  for (const part of made.querySelectorAll(".fs-field[data-place]")) {
    const now = card.querySelector(`.fs-field[data-place="${CSS.escape(part.dataset.place)}"]`);
    if (!now) continue;
    now.querySelector(":scope > .fs-error")?.remove();
    const said = part.querySelector(":scope > .fs-error");
    if (said) now.append(said);
    now.classList.toggle("fs-invalid", Boolean(said));
  }
}

function swap(card, made, selector) {
  const [old, fresh] = [card.querySelector(selector), made?.querySelector(selector)];
  if (old && fresh && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
}
