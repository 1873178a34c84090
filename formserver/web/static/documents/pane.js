// The pane beside the form: 预览 (the draft as it will print), 范本 (the filled sample), 提示 (what to mind).
import { ExactPages } from "./exact.js";
import { Preview } from "./preview.js";

const PAUSE = 400; // ms after something was kept
const part = (name) => document.querySelector(`[data-${name}]`);

export class Pane {
  constructor(form) {
    this.form = form;
    this.pane = part("pane");
    this.tabs = [...this.pane.querySelectorAll("[data-tab]")];
    this.seen = false; // whether the pane is in sight
    this.late = true; // the preview is behind what was kept
    part("pane-tabs").hidden = false;
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => this.walk(event, tab));
    }
    this.exact = new ExactPages(this.pane, (text) => this.say(text), () => this.instant());
    this.attachBar();
    form.addEventListener("focusin", (event) => this.follow(event.target));
    this.show("preview");
  }

  show(name) {
    this.tab = name;
    for (const tab of this.tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(`pane-${tab.dataset.tab}`).hidden = !chosen;
    }
    if (name === "sample") this.loadSample();
    this.refresh(0);
  }

  walk(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.tabs[(this.tabs.indexOf(tab) + step + this.tabs.length) % this.tabs.length];
    next.focus();
    this.show(next.dataset.tab);
  }

  /** The pane has come into sight. */
  shown() {
    this.seen = true;
    this.refresh(0);
  }

  /** Something was kept: lay the pages out again a moment later, when the pane is in sight. */
  kept() {
    this.late = true;
    this.exact.stale();
    this.refresh(PAUSE);
  }

  refresh(pause) {
    if (!this.late || !this.seen || this.tab !== "preview" || this.pane.offsetParent === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.late = false;
      if (!this.preview) {
        this.preview = new Preview(part("paper-view"), this.pane.dataset, (said) => this.heard(said));
        this.say("正在排版…");
      }
      this.preview.draw();
    }, pause);
  }

  heard(said) {
    if (said.state !== undefined) this.say(said.state);
    if (said.page && !this.exact.open) {
      part("page-no").textContent = said.pages ? `${said.page}/${said.pages}` : "–";
      part("zoom-value").textContent = `${Math.round(said.zoom * 100)}%`;
      this.zoom = said.zoom;
    }
    if (said.late) this.late = true;
  }

  /** Back from the exact pages to the instant ones. */
  instant() {
    part("preview-mark").textContent = "版式近似";
    this.refresh(0);
    this.preview?.tell({ zoom: "fit" });
  }

  say(text) {
    part("preview-state").textContent = text;
  }

  attachBar() {
    this.pane.querySelector(".doc-paper-bar").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { page, zoom } = button.dataset;
      const target = this.exact.open ? this.exact : this.preview;
      if (page) target?.tell({ page: Number(page) });
      if (zoom === "fit") target?.tell({ zoom: "fit" });
      else if (zoom) target?.tell({ zoom: Math.min(3, Math.max(0.3, (this.exact.open ? this.exact.zoom : this.zoom || 1) * (zoom === "in" ? 1.2 : 1 / 1.2))) });
    });
  }

  /** The preview goes to what the cursor stands in: by the words of the field. */
  follow(control) {
    if (this.tab !== "preview" || !this.seen || !control.name?.startsWith("/")) return;
    const chosen = control.matches("select") ? control.selectedOptions[0]?.textContent : control.value;
    const words = (chosen || "").split("\n").find((line) => line.trim().length > 1) || "";
    clearTimeout(this.following);
    if (words) this.following = setTimeout(() => this.preview?.tell({ find: words.slice(0, 60) }), 120);
  }

  async loadSample() {
    const holder = document.getElementById("pane-sample");
    if (holder.dataset.loaded) return;
    const answer = await fetch(this.pane.dataset.sample).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const card = page && page.querySelector("main .fs-card");
    if (!card) return;
    holder.dataset.loaded = "1";
    const note = document.createElement("p");
    note.className = "fs-help";
    note.textContent = "填写示例，企业和人员均为虚构，供参照。";
    holder.replaceChildren(note, ...document.adoptNode(card).childNodes);
  }
}
