// Papers as pictures of their pages: page number, zoom, keyboard. Without this the pages are there all the same.
const STEPS = [50, 75, 100, 125, 150, 200, 300];
const FIT = "适合宽度";

export function attachPaper(paper) {
  const pages = [...paper.querySelectorAll("[data-page]")];
  const list = paper.querySelector("[data-paper-pages]");
  const number = paper.querySelector("[data-paper-no]");
  const zoom = paper.querySelector("[data-paper-zoom]");
  const said = zoom.querySelector("output");
  let percent = 0; // 0: as wide as there is room
  if (!pages.length) return;

  number.hidden = zoom.hidden = false;
  paper.querySelector("[data-paper-total]").textContent = `/ ${pages.length} 页`;

  const current = () => Number(number.value) || 1;
  const go = (no) => {
    const page = pages[Math.max(1, Math.min(pages.length, no)) - 1];
    page.scrollIntoView({ block: "start" });
    number.value = page.dataset.page;
  };
  const show = () => {
    said.textContent = percent ? `${percent}%` : FIT;
    list.classList.toggle("read-zoomed", percent > 0);
    for (const page of pages) {
      const picture = page.querySelector("img");
      const width = Math.round((794 * percent) / 100); // A4 at 96 dots per inch
      picture.style.width = percent ? `${width}px` : "";
      picture.sizes = percent ? `${width}px` : `${Math.max(200, Math.round(page.clientWidth))}px`;
    }
    go(current());
  };
  const change = (by) => {
    const now = percent || Math.round((pages[0].querySelector("img").clientWidth / 794) * 100);
    const next = by > 0 ? STEPS.find((step) => step > now) : STEPS.findLast((step) => step < now);
    percent = next || percent;
    show();
  };

  zoom.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) change(Number(button.dataset.zoom));
  });
  number.addEventListener("change", () => go(current()));
  paper.addEventListener("keydown", (event) => {
    if (event.target.closest("input, a, button") || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": () => change(1),
      "=": () => change(1),
      "-": () => change(-1),
      0: () => {
        percent = 0;
        show();
      },
      PageDown: () => go(current() + 1),
      PageUp: () => go(current() - 1),
      Home: () => go(1),
      End: () => go(pages.length),
    };
    const deed = keys[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });

  const seen = new Map();
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) seen.set(entry.target, entry.intersectionRatio * entry.intersectionRect.height);
      const [best] = [...seen].sort((a, b) => b[1] - a[1]);
      if (best && best[1] > 0 && document.activeElement !== number) number.value = best[0].dataset.page;
    },
    { threshold: [0, 0.25, 0.5, 0.75, 1] },
  );
  for (const page of pages) {
    watch.observe(page);
    const picture = page.querySelector("img");
    const failed = () => {
      if (page.querySelector(".read-failed")) return;
      const note = document.createElement("p");
      note.className = "read-failed";
      note.textContent = `第 ${page.dataset.page} 页暂时显示不出来，请“打开 PDF”查看。`;
      picture.hidden = true;
      page.append(note);
    };
    picture.addEventListener("error", failed);
    if (picture.complete && !picture.naturalWidth && picture.loading !== "lazy") failed();
  }
}

for (const paper of document.querySelectorAll("[data-paper]")) attachPaper(paper);
