// <input data-pick="enterprise">: while somebody types, the register is looked up (names, pinyin initials); choosing
// a record fills the fields whose data-source asks for its facts: in the whole form, or only in the row of the input.
// Arrow keys, Enter and Escape as in any combo box. Typing something else stays allowed: a register is never complete.
const PREFIX = { enterprise: "enterprise.", person: "team[]." };
const WAIT = 200;

export function attachPickers(form) {
  const urls = JSON.parse(document.body.dataset.pickers || "{}");
  form.addEventListener("focusin", (event) => {
    const input = event.target.closest("input[data-pick]");
    if (input && urls[input.dataset.pick] && !input.dataset.picking) new Picker(form, input, urls[input.dataset.pick]);
  });
}

class Picker {
  constructor(form, input, url) {
    Object.assign(this, { form, input, url, items: [], at: -1, asked: 0, timer: 0 });
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

  async ask() {
    const text = this.input.value.trim();
    const turn = ++this.asked;
    if (!text) return this.close();
    try {
      const answer = await fetch(`${this.url}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
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
    const width = Math.min(Math.max(box.width, 320), window.innerWidth - 16);
    this.list.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
    this.list.style.top = `${box.bottom + 2}px`;
    this.list.style.width = `${width}px`;
  }

  key(event) {
    if (this.list.hidden || event.isComposing || event.altKey || event.ctrlKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.items.length) % this.items.length;
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
    const { facts } = this.items[index];
    const prefix = PREFIX[this.input.dataset.pick];
    const where = this.input.closest("[data-row]") || this.form;
    for (const part of where.querySelectorAll("[data-source]")) {
      if (!part.dataset.source.startsWith(prefix)) continue;
      const value = facts[part.dataset.source.slice(prefix.length)];
      const field = [...part.querySelectorAll("input, select, textarea")].find((i) => i.name === part.dataset.place);
      if (!field || typeof value !== "string" || value === "" || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
