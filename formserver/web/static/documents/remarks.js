// What the server says about places: beside the field or cell, in the list of sections, in the error summary, under 提示.
import { element } from "./panel.js";
import { labelOf } from "./controls.js";

const KINDS = [["errors", "fs-error", "error"], ["warnings", "fs-warning", "warning"], ["hints", "fs-hint", "hint"]];

export class Remarks {
  constructor(form) {
    this.form = form;
    this.judged = new Set(); // places with a remark that came without being sent: gone when no answer names them
    for (const said of form.querySelectorAll(".fs-warning[id], .fs-error[id]")) this.judged.add(said.id.replace(/-(error|warning)$/, ""));
    this.hints = document.querySelector("[data-hints]");
    this.why = JSON.parse(this.hints?.dataset.why || "{}");
    this.list();
  }

  /** Draw an answer of the draft: remarks by name, marks of the sections. */
  take(data, sent) {
    for (const [name, said] of Object.entries(data.fields)) {
      this.say(name, said, sent.has(name));
      if (sent.has(name)) this.judged.delete(name);
      else this.judged.add(name);
    }
    for (const name of [...this.judged]) {
      if (data.fields[name]) continue;
      this.judged.delete(name);
      this.say(name, { errors: [], warnings: [], hints: [] }, false);
    }
    this.sections(data);
    this.list();
  }

  say(name, said, touched) {
    const place = CSS.escape(name);
    const part = this.form.querySelector(`.fs-field[data-place="${place}"], fieldset[data-place="${place}"]`) || this.form.querySelector(`[data-row="${place}"] .fs-row-tools, [data-row="${place}"]`);
    if (!part) return;
    for (const old of part.querySelectorAll(":scope > .fs-error, :scope > .fs-warning, :scope > .fs-hint")) old.remove();
    const described = [];
    for (const [kind, css, end] of KINDS) {
      if (!said[kind].length) continue;
      const line = element("div", css, said[kind].join(" "));
      line.id = `${name}-${end}`;
      described.push(line.id);
      const foot = part.matches(".fs-rows") ? part.querySelector(":scope > .fs-rows-scroll, :scope > [data-row-body]") : null;
      part.insertBefore(line, foot);
    }
    part.classList.toggle("fs-invalid", said.errors.length > 0);
    const control = document.getElementById(name);
    if (control?.matches("input, select, textarea")) {
      control.toggleAttribute("aria-invalid", said.errors.length > 0);
      if (said.errors.length) control.setAttribute("aria-invalid", "true");
      const help = document.getElementById(`${name}-help`) ? [`${name}-help`] : [];
      if (help.length + described.length) control.setAttribute("aria-describedby", [...help, ...described].join(" "));
      else control.removeAttribute("aria-describedby");
    }
    if (touched && !said.errors.length) settle(name);
    if (touched) part.querySelector(`[data-origin="${place}"]`)?.remove(); // it is the person's own now
  }

  sections(data) {
    for (const mark of data.sections) {
      const link = document.querySelector(`.fs-toc a[href="#section-${CSS.escape(mark.key)}"]`);
      if (!link) continue;
      const sign = link.querySelector(".fs-toc-mark");
      sign.className = `fs-toc-mark fs-toc-${mark.state}`;
      sign.textContent = mark.mark;
      link.querySelector(".visually-hidden").textContent = `（${mark.text}）`;
    }
    document.querySelector("[data-missing]").textContent = data.missing ? `还缺 ${data.missing} 处` : "";
  }

  /** 提示: every warning and every rule that speaks now, with its place and why. */
  list() {
    if (!this.hints) return;
    const ruled = (text) => Object.keys(this.why).some((message) => text.includes(message));
    const found = [...this.form.querySelectorAll(".fs-warning[id], .fs-error[id], .fs-hint[id]")].filter(
      (line) => !line.closest("[hidden]") && (line.matches(".fs-warning") || ruled(line.textContent)),
    );
    const lines = found.map((line) => this.entry(line.id.replace(/-(warning|error|hint)$/, ""), line.textContent.trim()));
    this.hints.querySelector("[data-hint-list]").replaceChildren(...lines);
    this.hints.querySelector("[data-hint-none]").hidden = lines.length > 0;
    const count = document.querySelector("[data-hint-count]");
    count.hidden = !lines.length;
    count.textContent = lines.length;
  }

  entry(name, text) {
    const line = element("li", "doc-hint");
    const link = element("a", "", labelOf(this.form, name));
    link.href = `#${name}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(name);
    });
    line.append(link, element("p", "", text));
    const reason = Object.entries(this.why).find(([message]) => text.includes(message))?.[1];
    if (reason) {
      const why = element("details");
      why.append(element("summary", "", "为什么"), element("p", "fs-help", reason));
      line.append(why);
    }
    return line;
  }
}

/** Put the cursor into a place; true when it is on the page. */
export function goTo(name) {
  const target = document.getElementById(name);
  if (!target) return false;
  document.querySelector("[data-views] [data-view='form']")?.click();
  target.scrollIntoView({ block: "center" });
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input:not([type=hidden]), select, textarea");
  (field || target).focus({ preventScroll: true });
  return true;
}

/** A mended place leaves the error summary. */
function settle(name) {
  const summary = document.querySelector("[data-error-summary]");
  for (const link of summary?.querySelectorAll("a") || []) {
    if (decodeURIComponent(link.hash.slice(1)) === name) link.closest("li").remove();
  }
  if (summary && !summary.querySelector("li")) summary.remove();
}
