// The list: conditions and pages without a new page, keyboard, selection. Every part works by plain links and forms too.
import { attachMenus } from "../js/menus.js";

const list = document.querySelector("[data-list]");
let last = null; // the row ticked before, where Shift begins

async function show(url, { push = true, focus = "" } = {}) {
  list.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page && page.querySelector("[data-list]");
  if (!fresh) {
    location.assign(url);
    return;
  }
  const open = list.querySelector("[data-list-more]")?.open;
  list.replaceChildren(...fresh.childNodes);
  list.removeAttribute("aria-busy");
  if (push) history.pushState(null, "", answer.url);
  last = null;
  attachMenus(list);
  const more = list.querySelector("[data-list-more]");
  if (more && open && focus) more.open = true;
  prepare();
  if (focus) list.querySelector(`[name="${CSS.escape(focus)}"]`)?.focus();
}

function address(form) {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) wanted.append(name, value);
  return `${form.getAttribute("action")}?${wanted}`;
}

list?.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-list-filter]")) return;
  event.preventDefault();
  show(address(event.target), { focus: "q" });
});
list?.addEventListener("change", (event) => {
  const form = event.target.closest("[data-list-filter]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=date]")) {
    show(address(form), { focus: event.target.name });
  } else if (event.target.closest("[data-bulk]")) {
    count();
  }
});
list?.addEventListener("click", (event) => {
  const link = event.target.closest(".doc-chip, .list-views a, .fs-pages a, .doc-sentence > a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(link.href);
    return;
  }
  const tick = event.target.closest('input[name="item"]');
  if (!tick) return;
  const ticks = items();
  if (event.shiftKey && last && ticks.includes(last)) {
    const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
    for (const one of ticks.slice(from, to + 1)) one.checked = tick.checked;
  }
  last = tick;
});
window.addEventListener("popstate", () => show(location.href, { push: false }));

const items = () => [...list.querySelectorAll('input[name="item"]')];
const links = () => [...list.querySelectorAll(".list-title > a")];

function count() {
  const form = list.querySelector("[data-bulk]");
  if (!form) return;
  const ticks = items();
  const whole = form.querySelector("[data-bulk-all]")?.checked;
  const chosen = ticks.filter((tick) => tick.checked).length;
  for (const tick of ticks) tick.closest("tr").classList.toggle("list-chosen", whole || tick.checked);
  const all = form.querySelector("[data-bulk-page]");
  all.checked = chosen === ticks.length;
  all.indeterminate = chosen > 0 && chosen < ticks.length;
  const bar = form.querySelector("[data-bulk-bar]");
  bar.classList.toggle("list-bulk-active", whole || chosen > 0);
  for (const button of bar.querySelectorAll("button")) button.disabled = !whole && !chosen;
  bar.querySelector("[data-bulk-count]").textContent = whole ? "已选全部：" : chosen ? `已选 ${chosen} 份：` : "勾选文书后：";
}

function choosePage(on) {
  for (const tick of items()) tick.checked = on;
  count();
}

function prepare() {
  const all = list.querySelector("[data-bulk-page]");
  if (!all) return;
  all.closest("label").hidden = false;
  all.addEventListener("change", () => choosePage(all.checked));
  count();
}

document.addEventListener("keydown", (event) => {
  if (!list || event.target.matches("input:not([type=checkbox]), select, textarea") || event.altKey) return;
  const here = document.activeElement?.closest("[data-row]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a" && here) {
    event.preventDefault();
    choosePage(!items().every((tick) => tick.checked));
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.target.closest("[data-menu], .list-conditions, .read-paper")) return;
    const rows = links();
    const at = here ? rows.indexOf(here.querySelector(".list-title > a")) : -1;
    const next = rows[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey && here) {
      here.querySelector('input[name="item"]').checked = true;
      next.closest("tr").querySelector('input[name="item"]').checked = true;
      count();
    }
    next.focus();
  } else if (event.key === " " && here && event.target.matches("a")) {
    event.preventDefault();
    here.querySelector('input[name="item"]').click();
  }
});

if (list) {
  prepare();
  window.addEventListener("pageshow", count);
}
