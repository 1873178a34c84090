// Beside a figure that is measured: last year's value of this enterprise and the middle of its industry. Fetched when the
// cursor first comes to a figure, and again when something they depend on was kept.
import { element } from "./panel.js";

export class References {
  constructor(form) {
    Object.assign(this, { form, url: form.dataset.references, values: new Map(), asked: false });
    if (!this.url) return;
    form.addEventListener("focusin", (event) => this.show(event.target));
  }

  /** Something was kept: period, industry or product may have changed. */
  kept() {
    this.asked = false;
  }

  async show(control) {
    const part = control.closest("[data-place]");
    if (!part || !["decimal", "integer"].includes(part.dataset.kind)) return;
    if (!this.asked) await this.fetch();
    const found = this.values.get(part.dataset.place);
    if (!found || !part.isConnected) return;
    const line = lineOf(found);
    const old = part.querySelector(":scope > .doc-reference");
    if (old?.textContent === line.textContent) return;
    old?.remove();
    part.append(line);
  }

  async fetch() {
    this.asked = true;
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return void (this.asked = false);
    this.values = new Map((await answer.json()).values.map((value) => [value.at, value]));
  }
}

function lineOf({ own, own_reason, median, median_reason }) {
  const line = element("div", "doc-reference");
  line.append(figure("上年值", own, own_reason, own && `${own.title} · ${own.period}`), figure("行业中位数", median, median_reason, median && `${median.count} 家 · ${median.period}`));
  return line;
}

function figure(word, found, reason, title) {
  const part = element("span", "", `${word} `);
  if (!found) {
    part.append("—");
    part.title = reason;
    part.append(element("span", "visually-hidden", reason));
    return part;
  }
  part.append(element("b", "", `${found.value}${found.unit ? ` ${found.unit}` : ""}`));
  part.title = title;
  return part;
}
