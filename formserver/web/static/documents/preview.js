// Hands the preview docx to the sandboxed frame: the frame can fetch nothing itself.
export async function drawPreview(frame, state) {
  state.textContent = "正在排版…";
  try {
    const answer = await fetch(frame.dataset.preview, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      state.textContent = problem.detail || "预览没有成功，请稍后再试。";
      return;
    }
    frame.contentWindow.postMessage({ docx: await answer.arrayBuffer() }, "*");
    state.textContent = "浏览器排版，版式近似；以平台生成的 PDF 为准。";
  } catch {
    state.textContent = "网络不通，预览没有更新。";
  }
}

const page = document.querySelector("iframe[data-preview]");
if (page) {
  page.hidden = false;
  const state = document.querySelector("[data-preview-state]");
  const draw = () => drawPreview(page, state);
  page.addEventListener("load", draw);
  page.src = page.getAttribute("src"); // it may have loaded before this script
}
