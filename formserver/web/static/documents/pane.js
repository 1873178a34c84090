// The pane beside the form on wide screens: the page as it will print (近似) or the filled sample.
import { element } from "./panel.js";
import { drawPreview } from "./preview.js";

export function attachPane(form) {
  const layout = document.querySelector(".doc-form-layout");
  const preview = document.querySelector("[data-open-preview]");
  const sample = document.querySelector("[data-open-sample]");
  let open = null;
  let timer = null;

  const close = () => {
    open?.remove();
    open = null;
    layout.classList.remove("doc-with-pane");
  };
  const show = (link, fill) => {
    link?.addEventListener("click", (event) => {
      if (!window.matchMedia("(min-width: 80rem)").matches || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const again = open?.dataset.kind === link.href;
      close();
      if (again) return;
      open = element("aside", "doc-pane");
      open.dataset.kind = link.href;
      const head = element("div", "doc-pane-head");
      const button = element("button", "fs-tool", "✕");
      Object.assign(button, { type: "button", title: "关闭" });
      button.setAttribute("aria-label", "关闭" + link.textContent.trim());
      button.addEventListener("click", () => {
        close();
        link.closest("details")?.removeAttribute("open");
      });
      head.append(element("strong", "", link.textContent.trim()), button);
      open.append(head);
      fill(open, link);
      layout.append(open);
      layout.classList.add("doc-with-pane");
      link.closest("details")?.removeAttribute("open");
    });
  };

  show(preview, (holder, link) => {
    const state = element("p", "fs-help");
    const frame = element("iframe", "doc-preview");
    Object.assign(frame, { title: "文书预览", src: link.dataset.frame });
    frame.setAttribute("sandbox", "allow-scripts");
    frame.dataset.preview = link.dataset.docx;
    holder.append(state, frame);
    frame.addEventListener("load", () => drawPreview(frame, state));
  });
  show(sample, async (holder, link) => {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const card = page.querySelector("main .fs-card");
    if (card) holder.append(document.adoptNode(card));
  });

  return {
    /** After something was kept: lay the page out again, a moment later. */
    refresh() {
      const frame = open?.querySelector("iframe");
      if (!frame) return;
      clearTimeout(timer);
      timer = setTimeout(() => drawPreview(frame, open?.querySelector(".fs-help")), 400);
    },
  };
}
