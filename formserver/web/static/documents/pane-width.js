// Before the first paint, so that nothing jumps: how wide this device's owner left the pane beside the form.
(() => {
  const root = document.documentElement;
  try {
    const width = Number(localStorage.getItem("fs-pane-width"));
    if (width >= 25 && width <= 60) root.style.setProperty("--doc-pane", `${width}%`);
    if (localStorage.getItem("fs-pane") === "closed") root.dataset.side = "closed";
  } catch {
    // storage switched off: the widths of the design
  }
  root.dataset.script = "on";
})();
