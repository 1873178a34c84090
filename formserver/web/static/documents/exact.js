// The pages as the platform's own PDF has them (LibreOffice): asked for with a button, shown in place of the instant ones.
const ASK_AGAIN = 600; // ms between two looks at a conversion under way

export class ExactPages {
  constructor(pane, say, closed) {
    Object.assign(this, { url: pane.dataset.pages, say, closed, open: false, zoom: 1, turn: 0 });
    this.view = pane.querySelector("[data-paper-view]");
    this.button = pane.querySelector("[data-exact]");
    this.pdf = pane.querySelector("[data-exact-pdf]");
    this.mark = pane.querySelector("[data-preview-mark]");
    this.number = pane.querySelector("[data-page-no]");
    this.percent = pane.querySelector("[data-zoom-value]");
    this.button.hidden = !this.url;
    this.button.addEventListener("click", () => (this.open ? this.close() : this.ask()));
  }

  async ask() {
    const mine = ++this.turn;
    this.button.disabled = true;
    this.say("正在按打印版式排版…");
    try {
      let data = await this.call("POST");
      while ((data.state === "running" || data.state === "waiting") && mine === this.turn) {
        this.say(`${data.text}…`);
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
        data = await this.call("GET");
      }
      if (mine === this.turn) this.show(data);
    } catch (error) {
      this.say(error.detail || "网络不通，没有取得打印版式。");
    } finally {
      this.button.disabled = false;
    }
  }

  async call(method) {
    const headers = { Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
    const answer = await fetch(this.url, { method, headers });
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) throw data;
    if (data.state === "failed") throw { detail: data.text };
    return data;
  }

  show({ pages, pdf }) {
    this.pages?.remove();
    this.pages = document.createElement("div");
    this.pages.className = "doc-exact";
    this.pages.tabIndex = 0;
    this.pages.setAttribute("role", "region");
    this.pages.setAttribute("aria-label", "与打印一致的页面");
    pages.forEach((page, index) => {
      const image = document.createElement("img");
      image.src = `${page}&width=${Math.min(1600, Math.round(this.view.clientWidth * devicePixelRatio))}`;
      image.alt = `第 ${index + 1} 页`;
      this.pages.append(image);
    });
    this.pages.addEventListener("scroll", () => this.report(), { passive: true });
    this.view.append(this.pages);
    this.view.classList.add("doc-exact-open");
    this.open = true;
    this.mark.textContent = "与打印一致（预览水印）";
    this.button.textContent = "回到即时预览";
    this.pdf.hidden = !pdf;
    if (pdf) this.pdf.href = pdf;
    this.say("");
    this.tell({ zoom: "fit" });
  }

  /** The draft has gone on: these pages are not what it says now. */
  stale() {
    this.turn += 1;
    if (this.open) this.say("内容已改动，这里是改动前的版式。");
  }

  close() {
    this.open = false;
    this.pages.remove();
    this.view.classList.remove("doc-exact-open");
    this.button.textContent = "与打印一致";
    this.pdf.hidden = true;
    this.say("");
    this.closed();
  }

  tell({ page, zoom }) {
    if (zoom) this.zoom = zoom === "fit" ? 1 : zoom;
    const images = [...this.pages.children];
    for (const image of images) image.style.width = `${this.zoom * 100}%`;
    if (page) images[Math.min(images.length - 1, Math.max(0, this.current() + page))]?.scrollIntoView({ block: "start" });
    this.report();
  }

  current() {
    const middle = this.pages.scrollTop + this.pages.clientHeight / 3;
    return Math.max(0, [...this.pages.children].findIndex((image) => image.offsetTop + image.offsetHeight > middle));
  }

  report() {
    this.number.textContent = `${this.current() + 1}/${this.pages.children.length}`;
    this.percent.textContent = `${Math.round(this.zoom * 100)}%`;
  }
}
