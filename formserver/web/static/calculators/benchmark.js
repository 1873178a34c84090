// 能耗对标: results while somebody types. The server works everything out; this page asks it, and shows the answer.
// Choosing another product or adding a period posts the whole form and puts the answer's parts in place, so what was
// typed travels along. Without scripts the same buttons post the same form.
import { Picker } from "../js/pickers.js";
import { attachRows } from "./energy-rows.js";
import { offerDraft, rememberDraft } from "./draft.js";

const WAIT = 250;

function attach(form) {
  const page = new Benchmark(form);
  form.addEventListener("input", () => page.later());
  form.addEventListener("change", (event) => (event.target.closest("[data-switch]") ? page.turn("switch") : page.later()));
  form.addEventListener("rowschanged", () => page.later());
  form.addEventListener("click", (event) => page.click(event));
  form.addEventListener("blockpasted", (event) => page.paste(event.detail.table));
  page.started();
  offerDraft(form, (fields) => page.restore(fields));
}

class Benchmark {
  constructor(form) {
    Object.assign(this, { form, timer: 0, asked: 0 });
  }

  /** What a freshly drawn form needs. */
  started() {
    this.form.classList.add("calc-scripted");
    for (const part of this.form.querySelectorAll("[data-needs-script]")) part.hidden = false;
    attachRows(this.form);
    this.pickers();
  }

  pickers() {
    const find = this.form.querySelector("[data-find-product]");
    if (find && !find.dataset.picking) {
      new Picker(this.form, find, "product", this.form.dataset.products, {
        chosen: ({ facts }) => this.turn("switch", { industry: facts.industry, product: facts.product }),
      });
    }
    const urls = JSON.parse(document.body.dataset.pickers || "{}");
    const enterprise = this.form.querySelector('[data-pick="enterprise"]');
    if (enterprise && urls.enterprise && !enterprise.dataset.picking) {
      const id = this.form.querySelector("[data-enterprise-id]");
      enterprise.addEventListener("input", () => (id.value = ""));
      new Picker(this.form, enterprise, "enterprise", urls.enterprise, {
        chosen: (item) => {
          enterprise.value = item.name;
          id.value = item.id;
          this.later();
        },
      });
    }
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.evaluate(), WAIT);
    rememberDraft(this.form);
  }

  async evaluate() {
    const turn = ++this.asked;
    const results = this.form.querySelector("[data-results]");
    if (!results) return;
    try {
      const answer = await fetch(this.form.dataset.evaluate, { method: "POST", body: fieldsOf(this.form), headers: headers("application/json") });
      if (turn !== this.asked) return;
      if (answer.status === 401) return this.say("登录已过期，请在新标签页重新登录后继续填写；已填的内容还在。");
      if (!answer.ok) return this.say("暂时不能计算，已填的内容还在；请稍后再试。");
      this.show(await answer.json());
    } catch {
      if (turn === this.asked) this.say("网络中断，恢复后会继续计算；已填的内容还在。");
    }
  }

  show(found) {
    const results = this.form.querySelector("[data-results]");
    const open = new Set([...results.querySelectorAll("details[open]")].map((part) => part.id));
    results.innerHTML = found.html;
    for (const part of results.querySelectorAll("details")) if (open.has(part.id)) part.open = true;
    this.say(found.summary);
    const chip = document.querySelector("[data-summary-chip]");
    if (chip) chip.textContent = found.summary;
    for (const part of this.form.querySelectorAll("[data-message]")) setMessage(part, found.messages[part.id.replace(/-error$/, "")] || "");
    for (const [id, asked] of Object.entries(found.cells)) {
      const cell = this.form.querySelector(`[data-cell="${CSS.escape(id)}"]`);
      if (cell) cell.hidden = !asked;
    }
    for (const row of this.form.querySelectorAll("[data-row-key]")) {
      row.hidden = !row.querySelector("[data-cell]:not([hidden])");
      row.querySelector("[data-required-mark]").hidden = !found.required[row.dataset.rowKey];
    }
    for (const [id, text] of Object.entries(found.lines)) setText(document.getElementById(`${id}-out`), text || "—");
    for (const [id, text] of Object.entries(found.summaries)) setText(document.getElementById(`${id}-more`)?.querySelector("[data-line-summary]"), text);
    for (const [no, text] of Object.entries(found.totals)) setText(document.getElementById(`energy-${no}-total`), text);
    for (const [no, text] of Object.entries(found.notes)) {
      const note = this.form.querySelector(`[data-energy="${no}"] [data-energy-note]`);
      setText(note, text);
      note.hidden = !text;
    }
  }

  say(text) {
    setText(this.form.querySelector("[data-summary]"), text);
    const results = this.form.querySelector(".calc-results");
    results?.querySelector("[data-offline]")?.remove();
    if (!/^(登录|暂时|网络)/.test(text) || !results) return;
    const note = Object.assign(document.createElement("p"), { className: "fs-warning", textContent: text });
    note.dataset.offline = "";
    results.prepend(note);
  }

  click(event) {
    const button = event.target.closest("button[data-turn]");
    const link = event.target.closest("a[data-goto]");
    if (button?.value.startsWith("paste-")) {
      event.preventDefault();
      this.paste(button.value.slice("paste-".length));
    } else if (button) {
      event.preventDefault();
      this.turn(button.value);
    } else if (link) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
      target.scrollIntoView({ block: "center" });
      (target.matches("input, select") ? target : target.querySelector("input, select, button") || target).focus({ preventScroll: true });
    }
  }

  /** Post the form as its button would and put the answer's page in place. */
  async turn(what, values = {}) {
    clearTimeout(this.timer);
    this.asked += 1;
    const body = fieldsOf(this.form);
    body.set("do", what);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    await this.post(body, document.activeElement?.id);
  }

  /** The block in the paste box becomes lines; one 撤销 takes all of them back. */
  async paste(table) {
    const box = this.form.querySelector(`#paste${table}`);
    if (!box.value.trim()) return box.focus();
    const before = fieldsOf(this.form);
    before.delete(`paste${table}`);
    before.set("do", "restore");
    const count = before.getAll(`e${table}`).length;
    await this.turn(`paste-${table}`);
    const now = this.form.querySelector(`[data-energy="${table}"]`);
    const made = now.querySelectorAll("[data-line]").length - count;
    const note = Object.assign(document.createElement("p"), { className: "calc-line-gone", textContent: made > 0 ? `已粘贴，表中多了 ${made} 行。` : "已粘贴；没有认出新的能源行时请核对能源名称和实物量两列。" });
    note.setAttribute("role", "status");
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "fs-link-button", textContent: "撤销粘贴" });
    undo.addEventListener("click", () => this.post(before, `paste${table}`));
    note.append(undo);
    now.querySelector("[data-lines]").after(note);
    now.querySelector("[data-line]:last-of-type .calc-amount input")?.focus({ preventScroll: true });
  }

  async post(body, focus) {
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: headers("text/html") });
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = drawn.querySelector("[data-benchmark-page]");
      if (!fresh) return this.say("暂时不能显示，已填的内容还在；请稍后再试。");
      this.form.replaceChildren(...drawn.querySelector("[data-benchmark]").childNodes);
      document.querySelector("[data-templates]").replaceWith(drawn.querySelector("[data-templates]"));
      document.querySelector(".fs-actions").innerHTML = drawn.querySelector(".fs-actions").innerHTML;
      const product = this.form.querySelector("[name=shown]").value;
      history.replaceState(null, "", product ? `?product=${encodeURIComponent(product)}` : location.pathname);
      this.started();
      rememberDraft(this.form);
      const target = (focus && document.getElementById(focus)) || this.form.querySelector("#product") || this.form.querySelector("#find");
      target?.focus({ preventScroll: true });
    } catch {
      this.say("网络中断，没有切换；已填的内容还在。");
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  restore(fields) {
    const body = new URLSearchParams(fields);
    for (const name of ["csrf_token", "_owner"]) {
      const own = this.form.querySelector(`input[name="${name}"]`);
      if (own) body.set(name, own.value);
    }
    body.set("do", "restore");
    this.post(body, "find");
  }
}

function fieldsOf(form) {
  return new URLSearchParams(new FormData(form));
}

function headers(accept) {
  return { Accept: accept, "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "" };
}

function setText(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function setMessage(part, text) {
  setText(part, text);
  part.hidden = !text;
  const field = document.getElementById(part.id.replace(/-error$/, ""));
  if (field?.matches("input, select")) field.toggleAttribute("aria-invalid", Boolean(text));
  if (field?.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  part.closest("[data-cell]")?.classList.toggle("fs-invalid", Boolean(text));
}

for (const form of document.querySelectorAll("[data-benchmark]")) attach(form);
