// Keeps what is typed: within two seconds on the server, at once in this browser, with its state always in sight.
import { controlsOf, pairsFor, same, setValues, valuesOf } from "./controls.js";
import { Outbox } from "./outbox.js";
import { askPlaces, note } from "./panel.js";

const PAUSE = 1200; // ms from the first unsent keystroke; with the request itself less than two seconds
const RETRIES = [2000, 4000, 8000, 15000, 30000];

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
    form.addEventListener("focusin", (event) => this.remember(event.target.name));
    form.addEventListener("input", (event) => this.touched(event.target));
    form.addEventListener("change", (event) => this.touched(event.target));
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  remember(name) {
    if (name && name.startsWith("/") && !this.base.has(name)) this.base.set(name, valuesOf(this.form, name));
  }

  touched(control) {
    const name = control.name;
    if (!name || !name.startsWith("/")) return;
    if (!this.base.has(name)) this.base.set(name, drawn(this.form, name));
    if (same(valuesOf(this.form, name), this.base.get(name))) this.dirty.delete(name);
    else this.dirty.add(name);
    this.keepHere();
    if (!this.dirty.size) return;
    if (!this.failures) this.say("", "有未暂存的修改…");
    this.timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  keepHere() {
    const entries = {};
    for (const name of this.dirty) entries[name] = { now: valuesOf(this.form, name), base: this.base.get(name) || [] };
    return this.outbox.write(entries);
  }

  /** Bring back what an earlier page could not send. */
  async restore() {
    const found = Object.entries(this.outbox.takeAll());
    const conflicts = [];
    let restored = 0;
    for (const [name, { now, base }] of found) {
      const current = valuesOf(this.form, name);
      if (!controlsOf(this.form, name).length) {
        note(`上次有一处内容未能保存，所在的行已不在本页：${now.join("、")}`);
      } else if (!same(current, now)) {
        this.base.set(name, current);
        if (same(current, base)) {
          setValues(this.form, name, now);
          restored += 1;
        } else conflicts.push({ name, mine: now, theirs: current });
      }
    }
    if (restored) note(`已恢复上次未能保存的 ${restored} 处内容。`, "success");
    if (conflicts.length) {
      const text = "上次离开时有内容未能保存，之后这些地方又有了新的内容。请逐处选择。";
      const chosen = await askPlaces(this.form, conflicts, { title: "找回上次的内容", theirs: "现在的内容", text });
      for (const c of conflicts) if (chosen[c.name] === "mine") setValues(this.form, c.name, c.mine);
    }
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
    this.keepHere();
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
    this.say("saving", "正在保存…");
    const body = { seq: this.seq, fields: pairsFor(this.form, names), pages: this.pages(), ...extra };
    const answer = await fetch(this.url, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
    });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) return this.refused(answer.status, data, extra);
    this.seq = data.seq;
    this.form.elements.seq.value = data.seq;
    this.failures = 0;
    for (const [name, values] of sent) {
      this.base.set(name, values);
      if (same(valuesOf(this.form, name), values)) this.dirty.delete(name);
    }
    this.keepHere();
    this.say("saved", `已暂存 ${data.saved_at}`);
    this.show(data, sent);
    if (this.dirty.size) this.timer ??= setTimeout(() => this.flush(), PAUSE);
    return true;
  }

  async refused(status, data, extra) {
    if (status === 409 && data.code === "DRAFT_STALE") return this.stale(data, extra);
    if (status === 401 || data.code === "CSRF") {
      if (data.code === "CSRF" && (await this.freshToken())) return this.send(extra);
      this.keepHere();
      this.say("failed", "登录已过期，填写的内容已留在本机。");
      const link = document.createElement("a");
      Object.assign(link, { href: data.sign_in || "/sign-in", target: "_blank", textContent: "重新登录" });
      this.state.append(link);
      window.addEventListener("focus", () => this.freshToken().then((ok) => ok && this.flush()), { once: true });
      return false;
    }
    if (status >= 500) throw new Error(String(status));
    this.keepHere();
    this.say("failed", `未能保存，已留在本机：${data.detail || "请核对填写的内容"}`);
    return false;
  }

  async freshToken() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return false;
    document.querySelector('meta[name="csrf-token"]').content = this.form.elements.csrf_token.value = (await answer.json()).csrf;
    return true;
  }

  /** Another window was faster: places only one side touched are combined, the others are asked. */
  async stale(data, extra) {
    const conflicts = [];
    for (const name of this.dirty) {
      const mine = valuesOf(this.form, name);
      const theirs = data.current[name] || [];
      if (!same(theirs, this.base.get(name) || []) && !same(theirs, mine)) conflicts.push({ name, mine, theirs });
      this.base.set(name, theirs);
    }
    this.seq = data.seq;
    if (conflicts.length) {
      this.say("failed", "另一个窗口也改了同一处，请选择。");
      const text = "这份草稿已在另一个窗口中修改过。下面这些地方两边不一样，内容都还在，请逐处选择。";
      const chosen = await askPlaces(this.form, conflicts, { title: "草稿已在另一个窗口中修改", theirs: "另一个窗口", text });
      for (const c of conflicts) if (chosen[c.name] === "theirs") setValues(this.form, c.name, c.theirs);
    }
    for (const name of [...this.dirty]) if (same(valuesOf(this.form, name), this.base.get(name))) this.dirty.delete(name);
    this.keepHere();
    if (extra.do || (this.dirty.size && !(await this.send({})))) return false;
    location.reload(); // the other window's changes elsewhere on the page
    return false;
  }

  failed(error) {
    console.warn(error);
    const kept = this.keepHere();
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
    this.state.textContent = text;
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
