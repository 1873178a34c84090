// A thin line at the top while the next page takes its time, so that nobody presses twice.
const PATIENCE = 350; // ms before it shows
const LONGEST = 15000; // ms: a download began instead of a page

export function attachProgress(root) {
  const line = root.querySelector("[data-progress]");
  if (!line) return;
  let start = 0;
  let stop = 0;
  const done = () => {
    clearTimeout(start);
    clearTimeout(stop);
    line.hidden = true;
  };
  const begin = (event) => {
    if (event.defaultPrevented) return;
    done();
    start = setTimeout(() => (line.hidden = false), PATIENCE);
    stop = setTimeout(done, LONGEST);
  };
  window.addEventListener("pageshow", done);
  window.addEventListener("submit", (event) => event.target.target !== "_blank" && begin(event));
  window.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const staying = link.target || link.hasAttribute("download") || link.origin !== location.origin || /\.(docx|pdf|xlsx|zip)$/.test(link.pathname);
    if (!staying && (link.pathname !== location.pathname || link.search !== location.search)) begin(event);
  });
}
