// The list: choosing from a list box or ticking searches at once; up, down and enter walk the rows.
const filter = document.querySelector("[data-auto-submit]");
filter?.addEventListener("change", (event) => {
  if (event.target.matches("select, input[type=checkbox], input[type=date]")) filter.requestSubmit();
});
filter?.addEventListener("submit", () => {
  for (const control of filter.elements) if (!control.value) control.disabled = true; // a short address
});
window.addEventListener("pageshow", () => {
  for (const control of filter?.elements || []) control.disabled = false;
});

const links = [...document.querySelectorAll("tr[data-row-link] a")];
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea") || event.altKey) return;
  const next = links[links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
