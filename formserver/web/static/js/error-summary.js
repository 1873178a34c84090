// After a refused post the summary gets the focus; its links put the cursor into the field.
export function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && root.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    (field || target).focus({ preventScroll: true });
  });
}
