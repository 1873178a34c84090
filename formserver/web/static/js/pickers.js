// Looking things up while somebody types: <input data-pick="enterprise">, and in a list of rows with data-picker (law,
// question, material, person) the column that names the row. Names and pinyin initials; choosing fills the fields whose
// data-source asks for the facts, or the cells of the row with the facts' own keys. Arrow keys, Enter and Escape as in any
// combo box; the arrow down opens the list. Typing something else stays allowed: a register is never complete.
const PREFIX = { enterprise: "enterprise.", person: "team[]." };
const NAMES = { law: "law", question: "q", material: "name" }; // the column of a list that is looked up
const WAIT = 200;

export function attachPickers(form) {
  const urls = JSON.parse(document.body.dataset.pickers || "{}");
  form.addEventListener("focusin", (event) => {
    const input = event.target.closest("input, textarea");
    const kind = input && !input.dataset.picking && kindOf(input);
    if (kind && urls[kind]) new Picker(form, input, kind, urls[kind]);
  });
  if (!urls.clause) return;
  const offer = () => {
    for (const part of form.querySelectorAll("[data-clauses]:not([data-clauses-offered])")) offerClauses(form, part, urls.clause);
  };
  offer();
  form.addEventListener("formchanged", offer);
}

function kindOf(input) {
  if (input.dataset.pick) return input.dataset.pick;
  const list = input.closest("[data-picker]");
  const kind = list?.dataset.picker;
  return NAMES[kind] && input.name === `${input.closest("[data-row]")?.dataset.row}/${NAMES[kind]}` ? kind : "";
}

/** The list under an input, by the combo box pattern. `chosen(item)` replaces the filling of fields. */
export class Picker {
  constructor(form, input, kind, url, { query = "", chosen = null } = {}) {
    Object.assign(this, { form, input, kind, url, query, chosen, items: [], at: -1, asked: 0, timer: 0 });
    input.dataset.picking = "1";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    this.list = document.createElement("ul");
    this.list.className = "fs-picker-list";
    this.list.id = `${input.id}-picker`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "可选的记录");
    this.list.hidden = true;
    input.setAttribute("aria-controls", this.list.id);
    input.parentElement.classList.add("fs-picker");
    input.after(this.list);
    input.addEventListener("input", (event) => event.isTrusted && this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    window.addEventListener("scroll", () => this.list.hidden || this.place(), { capture: true, passive: true });
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const line = event.target.closest("li");
      if (line) this.choose(Number(line.dataset.index));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask(always = false) {
    const text = this.input.value.trim();
    const turn = ++this.asked;
    if (!text && !always) return this.close();
    const asked = `${this.url}?q=${encodeURIComponent(text.slice(-100))}&document=${encodeURIComponent(this.form.dataset.document || "")}${this.query}`;
    try {
      const answer = await fetch(asked, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== this.asked) return;
      this.items = (await answer.json()).items;
      this.draw();
    } catch {
      this.close(); // offline: typing goes on without help
    }
  }

  draw() {
    this.at = -1;
    this.list.replaceChildren(
      ...this.items.map((item, index) => {
        const line = document.createElement("li");
        line.id = `${this.list.id}-${index}`;
        line.dataset.index = index;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.textContent = item.name;
        const detail = document.createElement("small");
        detail.textContent = item.detail;
        line.append(detail);
        return line;
      }),
    );
    this.list.hidden = !this.items.length || document.activeElement !== this.input;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.place();
  }

  /** Fixed, because a list inside a table that scrolls sideways would be cut off. */
  place() {
    const box = this.input.getBoundingClientRect();
    const dialog = this.input.closest("dialog")?.getBoundingClientRect();
    const width = Math.min(Math.max(box.width, 320), window.innerWidth - 16);
    const left = Math.max(8, Math.min(box.left, window.innerWidth - width - 8));
    const below = window.innerHeight - box.bottom;
    this.list.style.left = `${left}px`;
    this.list.style.width = `${width}px`;
    this.list.style.maxHeight = `${Math.min(320, Math.max(below, box.top) - 16)}px`;
    const above = !dialog && below < 160 && box.top > below;
    this.list.style.top = above ? "auto" : `${box.bottom + 2}px`;
    this.list.style.bottom = above ? `${window.innerHeight - box.top + 2}px` : "auto";
  }

  key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey) return;
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && this.input.tagName === "INPUT") {
        event.preventDefault();
        this.ask(true);
      }
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = this.at < 0 && step < 0 ? this.items.length - 1 : (this.at + step + this.items.length) % this.items.length;
      [...this.list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === this.at)));
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", this.list.children[this.at].id);
    } else if (event.key === "Enter" && this.at >= 0) {
      this.choose(this.at);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  choose(index) {
    const item = this.items[index];
    this.close();
    if (this.chosen) return this.chosen(item);
    const row = this.input.closest("[data-row]");
    if (this.kind === "enterprise" && !row && item.facts.id) this.form.dataset.picked = item.facts.id; // the record, not just its words
    if (NAMES[this.kind]) fillRow(row, item.facts);
    else fillSources(row || this.form, PREFIX[this.kind], item.facts);
    return undefined;
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** Every field that asks for a fact of the chosen record. */
function fillSources(where, prefix, facts) {
  for (const part of where.querySelectorAll("[data-source]")) {
    if (part.dataset.source.startsWith(prefix)) setField(part, facts[part.dataset.source.slice(prefix.length)]);
  }
}

/** The cells of a row by their keys; what no cell shows goes straight to the draft. */
function fillRow(row, facts) {
  for (const part of row.querySelectorAll("[data-place]")) setField(part, facts[part.dataset.place.slice(row.dataset.row.length + 1)]);
  const hidden = (row.closest("[data-row-hidden]")?.dataset.rowHidden || "").split(" ").filter((key) => typeof facts[key] === "string");
  const changes = hidden.map((key) => ({ op: "set", at: `${row.dataset.row}/${key}`, value: facts[key] }));
  if (changes.length) row.dispatchEvent(new CustomEvent("hiddenpicked", { bubbles: true, detail: { changes } }));
}

function setField(part, value) {
  const field = [...part.querySelectorAll("input, select, textarea")].find((i) => i.name === part.dataset.place);
  if (!field || typeof value !== "string" || value === "" || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A long text gets a line for searching the clause library; what is chosen goes in where the cursor is. */
function offerClauses(form, part, url) {
  part.dataset.clausesOffered = "";
  const area = part.querySelector("textarea");
  if (!area) return;
  const search = document.createElement("input");
  Object.assign(search, { type: "search", className: "form-control fs-clause-search", id: `${area.id}-clauses`, autocomplete: "off", placeholder: "从条款库选用：输入文字或拼音首字母" });
  search.setAttribute("aria-label", "从条款库选用");
  const library = /^clauses\((\w+)/.exec(part.dataset.clauses)?.[1] || "";
  area.before(search);
  new Picker(form, search, "clause", url, {
    query: library ? `&library=${library}` : "",
    chosen({ facts }) {
      const text = facts.text || "";
      const [from, to] = area.value ? [area.selectionStart, area.selectionEnd] : [0, 0];
      const before = area.value.slice(0, from);
      area.setRangeText((before && !before.endsWith("\n") ? "\n" : "") + text, from, to, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.dispatchEvent(new Event("change", { bubbles: true }));
      search.value = "";
      area.focus();
    },
  });
}
