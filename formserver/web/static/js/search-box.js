// The search box of the head: Ctrl+K goes there, suggestions come while somebody types. Without this it is a form.
import { register } from "./shortcuts.js";

const WAIT = 180; // ms after the last key

export function attachSearchBox(root) {
  const box = root.querySelector("[data-search-box]");
  if (!box) return;
  const go = () => {
    box.focus();
    box.select();
  };
  register("ctrl+k", "搜索", go, "所有页面");
  register("/", "搜索", go, "所有页面");
  if (box.dataset.suggest) new Suggestions(box);
}

class Suggestions {
  constructor(box) {
    this.box = box;
    this.list = document.createElement("ul");
    this.list.id = "fs-suggestions";
    this.list.className = "fs-suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "搜索建议");
    this.list.hidden = true;
    box.closest("form").append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) box.setAttribute(name, value);
    this.at = -1;
    box.addEventListener("input", () => this.later());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focus", () => this.list.children.length && this.asked === box.value.trim() && box.value.trim() && this.show(true));
    box.addEventListener("blur", () => setTimeout(() => this.show(false), 150)); // a click on a line comes first
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the box
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
  }

  later() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.box.value.trim()) return this.show(false);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const text = this.box.value.trim();
    this.asking = new AbortController();
    if (this.list.hidden) this.waitFor();
    try {
      const answer = await fetch(`${this.box.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" }, signal: this.asking.signal });
      if (!answer.ok) return this.show(false);
      this.fill(await answer.json(), text);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.show(false);
      document.dispatchEvent(new CustomEvent("fs:unreachable"));
    }
  }

  waitFor() {
    this.list.replaceChildren(...[0, 1, 2].map(() => part("li", "fs-skeleton-line", "")));
    for (const line of this.list.children) line.setAttribute("role", "presentation");
    this.show(true);
  }

  fill(found, text) {
    this.asked = text;
    this.at = -1;
    this.box.removeAttribute("aria-activedescendant");
    const lines = found.items.map((item) => {
      const line = part("li", "fs-suggestion", "");
      const title = part("span", "fs-suggestion-title", "");
      title.append(...marked(item.title, text));
      line.append(part("span", "fs-suggestion-kind", item.state || item.kind), title);
      if (item.detail) line.append(part("span", "fs-suggestion-detail", item.detail));
      line.dataset.url = item.url;
      return line;
    });
    const all = part("li", "fs-suggestion fs-suggestion-all", found.items.length ? "查看全部结果" : "没有找到，按回车查看建议");
    all.dataset.url = found.all;
    lines.push(all);
    lines.forEach((line, i) => {
      line.id = `fs-suggestion-${i}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
    });
    this.list.replaceChildren(...lines);
    this.show(document.activeElement === this.box);
  }

  key(event) {
    if (event.isComposing) return;
    const lines = [...this.list.querySelectorAll("[role=option]")];
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && lines.length && !this.list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(lines, this.at + step < -1 ? lines.length - 1 : (this.at + step) % lines.length);
    } else if (event.key === "Enter" && this.at >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.follow(lines[this.at]);
    }
  }

  choose(lines, at) {
    this.at = at;
    lines.forEach((line, i) => line.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return this.box.removeAttribute("aria-activedescendant");
    this.box.setAttribute("aria-activedescendant", lines[at].id);
    lines[at].scrollIntoView({ block: "nearest" });
  }

  follow(line) {
    if (line) window.location.assign(line.dataset.url);
  }

  show(open) {
    this.list.hidden = !open;
    this.box.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.at = -1;
      this.box.removeAttribute("aria-activedescendant");
    }
  }
}

function part(tag, css, text) {
  const made = document.createElement(tag);
  made.className = css;
  made.textContent = text;
  return made;
}

function marked(plain, text) {
  const words = text.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return plain.split(new RegExp(`(${words.join("|")})`, "i")).map((piece, i) => (i % 2 ? part("mark", "", piece) : document.createTextNode(piece)));
}
