// Ctrl+K (or Cmd+K) goes to the search box of the head.
export function attachSearchBox(root) {
  const box = root.querySelector("[data-search-box]");
  if (!box) return;
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}
