// Search while typing; without this the 查找 button does the same.
const search = document.querySelector("[data-picker-search]");
const results = document.querySelector("[data-picker-results]");
let timer = null;
let asked = 0;
search?.elements.q.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const mine = ++asked;
    const url = `${search.action}?q=${encodeURIComponent(search.elements.q.value)}`;
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    results.replaceChildren(...document.adoptNode(page.querySelector("[data-picker-results]")).childNodes);
  }, 200);
});
search?.elements.q.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  results.querySelector("button")?.focus();
});
results?.addEventListener("keydown", (event) => {
  const lines = [...results.querySelectorAll("button")];
  const at = lines.indexOf(document.activeElement);
  if (event.key === "ArrowDown") lines[at + 1]?.focus();
  else if (event.key === "ArrowUp") (lines[at - 1] || search.elements.q).focus();
  else return;
  event.preventDefault();
});
