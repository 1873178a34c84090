// Hands the preview docx to the sandboxed frame: the frame can fetch nothing itself. The latest request wins.

/** A frame that shows a docx. `on` hears what the frame says and {state: text}. */
export class Preview {
  constructor(holder, { frame, docx }, on) {
    this.docx = docx;
    this.on = on;
    this.turn = 0;
    this.frame = document.createElement("iframe");
    this.frame.className = "doc-preview";
    this.frame.title = "文书预览，版式近似";
    this.frame.setAttribute("sandbox", "allow-scripts");
    this.ready = new Promise((resolve) => {
      window.addEventListener("message", (event) => {
        if (event.source !== this.frame.contentWindow) return;
        if (event.data?.ready) resolve();
        else this.heard(event.data || {});
      });
    });
    this.frame.src = frame;
    holder.append(this.frame);
  }

  async draw() {
    const mine = ++this.turn;
    this.stop?.abort();
    this.stop = new AbortController();
    try {
      const answer = await fetch(this.docx, { headers: { Accept: "application/json" }, signal: this.stop.signal });
      if (mine !== this.turn) return;
      if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        this.on({ state: problem.detail || "预览没有成功，请稍后再试。" });
        return;
      }
      const bytes = await answer.arrayBuffer();
      await this.ready;
      if (mine === this.turn) this.tell({ docx: bytes });
    } catch (error) {
      if (error.name !== "AbortError") this.on({ state: "网络不通，预览没有更新。", late: true });
    }
  }

  heard(said) {
    if (said.failed) this.on({ state: "这份内容浏览器排不出来，请看“与打印一致”的预览或下载 docx。" });
    else if (said.drawn) this.on({ ...said, state: said.changed.length ? `第 ${said.changed.join("、")} 页有变化` : "" });
    else this.on(said);
  }

  tell(message) {
    this.frame.contentWindow?.postMessage(message, "*");
  }
}

// the page that shows nothing but the preview
const alone = document.querySelector("[data-preview-alone]");
if (alone) {
  const state = document.querySelector("[data-preview-state]");
  state.textContent = "正在排版…";
  new Preview(alone, alone.dataset, (said) => {
    if (said.state !== undefined) state.textContent = said.state || "浏览器排版，版式近似；以平台生成的 PDF 为准。";
  }).draw();
}
