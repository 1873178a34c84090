// The three panes: widths that this device remembers, the right pane folded away, 填写/预览 on narrow screens.
const root = document.documentElement;
const WIDE = window.matchMedia("(min-width: 75rem)");

/** Calls `shown()` whenever the pane comes into sight. */
export function attachLayout(shown) {
  const pane = document.querySelector("[data-pane]");
  const split = document.querySelector("[data-split]");
  const open = document.querySelector("[data-pane-open]");
  const close = document.querySelector("[data-pane-close]");
  const views = document.querySelector("[data-views]");
  const layout = document.querySelector(".doc-form-layout");
  close.hidden = views.hidden = false;

  const visible = () => (WIDE.matches ? root.dataset.side !== "closed" : document.body.dataset.view === "pane");
  const settle = () => {
    open.hidden = !WIDE.matches || root.dataset.side !== "closed";
    if (visible()) shown();
  };
  const fold = (closed) => {
    root.dataset.side = closed ? "closed" : "open";
    remember("fs-pane", closed ? "closed" : null);
    settle();
    (closed ? open : close).focus();
  };
  close.addEventListener("click", () => (WIDE.matches ? fold(true) : look("form")));
  open.addEventListener("click", () => fold(false));

  let place = 0; // where the form was, for coming back from the preview
  const look = (view) => {
    if ((document.body.dataset.view || "form") === view) return;
    if (view === "pane") place = window.scrollY;
    document.body.dataset.view = view;
    for (const button of views.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    window.scrollTo(0, view === "form" ? place : 0);
    settle();
  };
  views.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) look(button.dataset.view);
  });

  const setWidth = (percent) => {
    const width = Math.min(60, Math.max(25, Math.round(percent)));
    root.style.setProperty("--doc-pane", `${width}%`);
    split.setAttribute("aria-valuenow", String(width));
    remember("fs-pane-width", width);
  };
  const now = () => Math.round((pane.offsetWidth / layout.clientWidth) * 100);
  split.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    split.setPointerCapture(event.pointerId);
    layout.classList.add("doc-dragging"); // the frame would swallow the pointer
    const move = (at) => setWidth(((layout.getBoundingClientRect().right - at.clientX) / layout.clientWidth) * 100);
    split.addEventListener("pointermove", move);
    split.addEventListener(
      "lostpointercapture",
      () => {
        split.removeEventListener("pointermove", move);
        layout.classList.remove("doc-dragging");
      },
      { once: true },
    );
  });
  split.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 2, ArrowRight: -2 }[event.key];
    if (!step) return;
    event.preventDefault();
    setWidth(now() + step);
  });
  split.addEventListener("dblclick", () => {
    root.style.removeProperty("--doc-pane");
    remember("fs-pane-width", null);
  });
  WIDE.addEventListener("change", settle);
  attachDrawer();
  settle();
  return { visible, look };
}

/** On phones the list of sections opens over the form and closes when one is chosen. */
function attachDrawer() {
  const fold = document.querySelector(".doc-toc-fold");
  const narrow = window.matchMedia("(max-width: 48rem)");
  if (narrow.matches) fold.open = false;
  narrow.addEventListener("change", () => (fold.open = !narrow.matches));
  fold.addEventListener("click", (event) => narrow.matches && event.target.closest("a") && (fold.open = false));
  document.addEventListener("click", (event) => narrow.matches && !fold.contains(event.target) && (fold.open = false));
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
}

function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, String(value));
  } catch {
    // storage switched off: for this page only
  }
}
