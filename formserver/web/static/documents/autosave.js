// Keeps what is typed: within two seconds on the server, at once in this browser, with its state always in sight.
import { controlsOf, pairsFor, same, setValues, valuesOf } from "./controls.js";
import { Outbox } from "./outbox.js";
import { askPlaces } from "./panel.js";
import { bringBack } from "./restore.js";
import { signInAgain } from "./session.js";

const PAUSE = 1200; // ms from the first unsent keystroke; with the request itself less than two seconds
const SOON = 150; // ms: dates and numbers, so that their reading is there when the cursor leaves
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const HERE = 120; // ms between two writes to this browser's own store
const READ = new Set(["date", "date-time", "decimal", "integer"]);

export class Autosave {
  constructor(form, show) {
    this.form = form;
    this.show = show; // draws marks and remarks of an answer
    this.url = form.dataset.draftUrl;
    this.seq = Number(form.elements.seq.value);
    this.base = new Map(); // what the server holds, for names that were touched
    this.dirty = new Set();
    this.outbox = new Outbox(form.dataset.user, form.dataset.document);
    this.state = document.querySelector("[data-save-state]");
    this.failures = 0;
    this.queue = Promise.resolve(true);
    this.learnRows();
    form.addEventListener("focusin", (event) => this.remember(event.target.name));
    form.addEventListener("input", (event) => this.touched(event.target.name));
    form.addEventListener("change", (event) => this.touched(event.target.name, event.target));
    form.addEventListener("cellschanged", ({ detail: { names, anew } }) => {
      for (const name of names) {
        if (anew) this.base.set(name, []);
        this.touched(name);
      }
    });
    form.addEventListener("rowschanged", (event) => this.touched(`rows:${event.detail.list.dataset.rows}`));
    form.addEventListener("formchanged", () => this.learnRows());
    document.addEventListener("submit", (event) => {
      if (event.target.action?.endsWith("/sign-out")) this.outbox.close(); // a shared PC keeps nobody's words
    });
    window.addEventListener("online", () => this.flush());
    window.addEventListener("pagehide", () => this.keepNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden") return;
      this.keepNow();
      this.flush();
    });
  }

  /** The rows as the server drew them, before anybody moves one. */
  learnRows() {
    for (const list of this.form.querySelectorAll("fieldset[data-rows]")) {
      const name = `rows:${list.dataset.rows}`;
      if (!this.dirty.has(name)) this.base.set(name, valuesOf(this.form, name));
    }
  }

  remember(name) {
    if (name && name.startsWith("/") && !this.base.has(name)) this.base.set(name, valuesOf(this.form, name));
  }

  touched(name, left = null) {
    if (!name || !/^(\/|rows:)/.test(name)) return;
    if (!this.base.has(name)) this.base.set(name, name.startsWith("rows:") ? [] : drawn(this.form, name));
    const gone = name.startsWith("rows:") && valuesOf(this.form, "gone:" + name.slice(5)).length;
    if (!gone && same(valuesOf(this.form, name), this.base.get(name))) this.dirty.delete(name);
    else this.dirty.add(name);
    this.keepSoon();
    if (!this.dirty.size) return;
    if (this.state.dataset.state !== "failed") this.say("", "有未暂存的修改…"); // why it failed stays until it is mended
    const read = left && this.dirty.has(name) && READ.has(left.closest("[data-kind]")?.dataset.kind);
    if (read) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), SOON);
    } else this.timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  keepSoon() {
    this.keeping ??= setTimeout(() => this.keepNow(), HERE);
  }

  keepNow() {
    clearTimeout(this.keeping);
    this.keeping = null;
    const entries = {};
    for (const name of this.dirty) {
      entries[name] = { now: valuesOf(this.form, name), base: this.base.get(name) || [] };
      if (name.startsWith("rows:")) entries[name].gone = valuesOf(this.form, "gone:" + name.slice(5));
    }
    return this.outbox.write(entries);
  }

  /** Bring back what an earlier page could not send. */
  async restore() {
    await bringBack(this.form, this.outbox.takeAll(), this.base);
    this.findTyped();
    if (this.dirty.size) this.flush();
  }

  /** What was typed before this script ran, or put back by the browser, counts as typed now. */
  findTyped() {
    const names = new Set([...this.form.elements].map((c) => c.name).filter((name) => name?.startsWith("/")));
    for (const name of names) {
      if (this.dirty.has(name) || same(drawn(this.form, name), valuesOf(this.form, name))) continue;
      this.base.set(name, drawn(this.form, name));
      this.dirty.add(name);
    }
    this.keepNow();
  }

  /** Send what is unsent; true when the server has everything. One request at a time. */
  flush(extra = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    this.queue = this.queue.then(() => this.send(extra)).catch((error) => this.failed(error));
    return this.queue;
  }

  async send(extra) {
    const names = [...this.dirty];
    if (!names.length && !extra.do && !extra.changes) return true;
    const sent = new Map(names.map((name) => [name, valuesOf(this.form, name)]));
    const gone = [...this.form.querySelectorAll("input[data-gone]")];
    this.say("saving", "正在保存…");
    const body = { seq: this.seq, fields: pairsFor(this.form, names), pages: this.pages(), ...extra };
    const picked = this.form.dataset.picked || "";
    if (picked) body.enterprise = picked;
    const answer = await fetch(this.url, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token(), "X-Form-User": this.form.dataset.user },
      body: JSON.stringify(body),
    });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) return this.refused(answer.status, data, extra);
    this.seq = data.seq;
    this.form.elements.seq.value = data.seq;
    this.failures = 0;
    if (picked === this.form.dataset.picked) delete this.form.dataset.picked;
    for (const input of gone) if (sent.has("rows:" + input.name.slice(5))) input.remove();
    for (const [name, values] of sent) {
      this.base.set(name, values);
      const left = name.startsWith("rows:") && valuesOf(this.form, "gone:" + name.slice(5)).length;
      if (!left && same(valuesOf(this.form, name), values)) this.dirty.delete(name);
    }
    this.keepNow();
    if (this.dirty.size) this.say("", "有未暂存的修改…"); // typed while this was under way
    else this.say("saved", `已暂存 ${data.saved_at}`);
    this.show(data, sent);
    if (this.dirty.size) this.timer ??= setTimeout(() => this.flush(), PAUSE);
    return true;
  }

  async refused(status, data, extra) {
    if (status === 409 && data.code === "DRAFT_STALE") return this.stale(data, extra);
    if (status === 401 || data.code === "CSRF") {
      if (data.code === "CSRF" && (await this.freshToken())) return this.send(extra);
      const kept = this.keepNow();
      this.say("failed", kept ? "登录已过期，填写的内容已留在本机。" : "登录已过期，本机也存不下内容，请不要关闭页面。");
      if (!(await signInAgain(this.form, () => this.freshToken()))) return false;
      return this.send(extra);
    }
    if (status >= 500) throw new Error(String(status));
    this.keepNow();
    this.say("failed", `未能保存，已留在本机：${data.detail || "请核对填写的内容"}`);
    return false;
  }

  /** Take the token of the session that is there now; false without one, or when it is another person's. */
  async freshToken() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json", "X-Form-User": this.form.dataset.user } }).catch(() => null);
    if (!answer?.ok) return false;
    document.querySelector('meta[name="csrf-token"]').content = this.form.elements.csrf_token.value = (await answer.json()).csrf;
    return true;
  }

  /** Another window was faster: places only one side touched are combined, the others are asked. */
  async stale(data, extra) {
    const conflicts = [];
    for (const name of this.dirty) {
      const theirs = data.current[name] || [];
      if (name.startsWith("rows:")) {
        this.dropRows(name.slice(5), theirs);
      } else {
        const mine = valuesOf(this.form, name);
        if (!same(theirs, this.base.get(name) || []) && !same(theirs, mine)) conflicts.push({ name, mine, theirs });
        this.base.set(name, theirs);
      }
    }
    this.seq = data.seq;
    if (conflicts.length) {
      this.say("failed", "另一个窗口也改了同一处，请选择。");
      const text = "这份草稿已在另一个窗口中修改过。下面这些地方两边不一样，内容都还在，请逐处选择。";
      const chosen = await askPlaces(this.form, conflicts, { title: "草稿已在另一个窗口中修改", theirs: "另一个窗口", text });
      for (const c of conflicts) if (chosen[c.name] === "theirs") setValues(this.form, c.name, c.theirs);
    }
    for (const name of [...this.dirty]) if (!name.startsWith("rows:") && same(valuesOf(this.form, name), this.base.get(name))) this.dirty.delete(name);
    this.keepNow();
    if (extra.do || (this.dirty.size && !(await this.send({})))) return false;
    location.reload(); // the other window's changes elsewhere on the page
    return false;
  }

  /** Rows the other window took away are not named again, unless something was typed into them here. */
  dropRows(list, theirs) {
    const before = this.base.get(`rows:${list}`) || [];
    for (const key of before) {
      if (theirs.includes(key) || [...this.dirty].some((name) => name.startsWith(`${list}/@${key}/`))) continue;
      controlsOf(this.form, `rows:${list}`).find((input) => input.value === key)?.remove();
    }
  }

  failed(error) {
    console.warn(error);
    const kept = this.keepNow();
    this.say("failed", kept ? "未能保存，已留在本机，正在重试" : "未能保存，本机也存不下，请不要关闭页面");
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
    return false;
  }

  pages() {
    const found = {};
    for (const control of this.form.elements) {
      if (control.name?.startsWith("page:")) found[control.name.slice(5)] = Number(control.value);
    }
    return found;
  }

  say(state, text) {
    this.state.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text;
  }
}

/** What the server drew into a control before the person changed it. */
function drawn(form, name) {
  const found = [];
  for (const c of controlsOf(form, name)) {
    if (c.type === "checkbox" || c.type === "radio") c.defaultChecked && found.push(c.value);
    else if (c.tagName === "SELECT") found.push([...c.options].find((o) => o.defaultSelected)?.value ?? "");
    else found.push(c.defaultValue);
  }
  return found;
}

function token() {
  return document.querySelector('meta[name="csrf-token"]').content;
}
