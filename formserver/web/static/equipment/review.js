// The review of an equipment list from the keyboard: rows are walked, decided and undone without leaving the page.
// Every button also works as a plain form or link; here answers come back as the row and the head, drawn anew.
import { register } from "../js/shortcuts.js";

const rows = document.querySelector("[data-review]");
const dialog = document.querySelector("[data-decide]");
const said = document.querySelector("[data-said]");
const words = { in: "移入淘汰清单", out: "移出，结论改为正常", comment: "写意见" };

const all = () => [...rows.querySelectorAll("[data-row]")];
const here = () => document.activeElement?.closest?.("[data-row]") || rows.querySelector(".rv-here");
const say = (text) => { said.textContent = text; };

function go(row) {
  if (!row) return;
  for (const other of rows.querySelectorAll(".rv-here")) if (other !== row) other.classList.remove("rv-here");
  row.classList.add("rv-here");
  row.querySelector("[data-open]").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const list = all();
  const at = list.indexOf(here());
  go(at < 0 ? list[by > 0 ? 0 : list.length - 1] : list[Math.min(list.length - 1, Math.max(0, at + by))]);
}

// an answer draws the row and the head anew; the cursor stays where it was
function draw(row, told) {
  if (told.head) document.querySelector("[data-review-head]").innerHTML = told.head;
  if (!told.row) return row;
  const ticked = row.querySelector("[name=row]")?.checked;
  const focused = row.contains(document.activeElement) || row.classList.contains("rv-here");
  const box = document.createElement("ol");
  box.innerHTML = told.row;
  const made = box.firstElementChild;
  row.replaceWith(made);
  const tick = made.querySelector("[name=row]");
  if (tick) tick.checked = Boolean(ticked);
  if (focused && !dialog?.open) go(made);
  return made;
}

async function send(form, row) {
  const data = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401 && told.sign_in) { location.assign(told.sign_in); return null; }
  return { ok: answer.ok, told, row: draw(row, told) };
}

const trouble = (told) => told.error || told.detail || "没有提交，请重试。";

rows?.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-act-form]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const done = await send(form, form.closest("[data-row]"));
    if (done) say(done.ok ? done.told.said : trouble(done.told));
    if (done && !done.ok) warn(done.row, trouble(done.told));
  } catch {
    button.disabled = false;
    warn(form.closest("[data-row]"), "网络中断，没有提交；恢复后请再点一次。");
  }
});

function warn(row, text) {
  row.querySelector("[data-row-error]")?.remove();
  const line = document.createElement("p");
  line.className = "rv-row-error";
  line.dataset.rowError = "";
  line.setAttribute("role", "alert");
  line.textContent = text;
  row.append(line);
}

function ask(row, act) {
  const form = dialog.querySelector("form");
  if (dialog.dataset.row !== row.dataset.row || dialog.dataset.act !== act) form.reset();
  dialog.dataset.row = row.dataset.row;
  dialog.dataset.act = act;
  form.action = row.querySelector("[data-act=comment]").href.replace(/\/rows\/(\d+).*$/, "/rows/$1/decide") + location.search;
  form.elements.act.value = act;
  form.elements.seen.value = row.dataset.seen;
  dialog.querySelector("[data-decide-title]").textContent = words[act];
  dialog.querySelector("[data-decide-submit]").textContent = act === "comment" ? "记下意见" : words[act].split(/[，,]/)[0];
  dialog.querySelector("[data-decide-row]").textContent = `第${row.dataset.row}行 ${row.querySelector(".rv-model").textContent.trim()}`;
  dialog.querySelector("[data-basis]").hidden = act === "comment";
  dialog.querySelector("[data-reason-label]").textContent = act === "comment" ? "意见" : "理由";
  dialog.querySelector("#dialog-reason-help").hidden = act === "comment";
  fault({});
  dialog.showModal();
  form.elements[act === "comment" ? "reason" : "basis"].focus();
}

function fault(told) {
  const faults = told.faults || {};
  for (const box of dialog.querySelectorAll("[data-fault]")) {
    box.textContent = faults[box.dataset.fault] || "";
    box.hidden = !box.textContent;
    box.parentElement.classList.toggle("fs-invalid", !box.hidden);
  }
  const error = dialog.querySelector("[data-decide-error]");
  error.textContent = Object.keys(faults).length || !Object.keys(told).length ? "" : trouble(told);
  error.hidden = !error.textContent;
}

dialog?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = dialog.querySelector("[data-decide-submit]");
  const row = rows.querySelector(`[data-row="${dialog.dataset.row}"]`);
  button.disabled = true;
  try {
    const done = await send(form, row);
    if (!done) return;
    if (done.ok) {
      form.reset();
      dialog.close();
      go(done.row);
      say(done.told.said);
    } else {
      form.elements.seen.value = done.row.dataset.seen; // what stands now is on the page behind: sending again is on purpose
      fault(done.told);
      dialog.querySelector(".fs-invalid select, .fs-invalid textarea")?.focus();
    }
  } catch {
    fault({ error: "网络中断，没有提交；填写的内容还在，恢复后请再提交。" });
  } finally {
    button.disabled = false;
  }
});
dialog?.querySelector("[data-decide-close]").addEventListener("click", () => dialog.close());
dialog?.addEventListener("close", () => go(rows.querySelector(`[data-row="${dialog.dataset.row}"]`)));

rows?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-act]");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask(link.closest("[data-row]"), link.dataset.act);
});
rows?.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  for (const other of rows.querySelectorAll(".rv-here")) if (other !== row) other.classList.remove("rv-here");
  row?.classList.add("rv-here");
});

function act(name) {
  const row = here();
  if (!row) return step(1);
  if (name === "comment" || ["in", "out"].includes(name)) {
    if (dialog && row.querySelector(`[data-act=${name}]`)) ask(row, name);
    else say(`第${row.dataset.row}行不能这样处理。`);
    return undefined;
  }
  const form = row.querySelector(`[data-act-form=${name}]`);
  if (form) form.requestSubmit();
  else say(`第${row.dataset.row}行不能这样处理。`);
  return undefined;
}

function tick() {
  const box = here()?.querySelector("[name=row]");
  if (box) { box.checked = !box.checked; count(); }
}

function count() {
  const label = document.querySelector("[data-bulk-count]");
  if (!label) return;
  const everything = document.querySelector("[data-bulk-all]").checked;
  const number = document.querySelectorAll("[name=row]:checked").length;
  label.textContent = everything ? "全部选中：" : number ? `已选 ${number} 行：` : "勾选后一起处理：";
  for (const button of document.querySelectorAll("[data-bulk] button")) button.disabled = !everything && !number;
}

if (rows) {
  register("j", "下一行", () => step(1));
  register("k", "上一行", () => step(-1));
  register("arrowdown", "下一行", () => step(1));
  register("arrowup", "上一行", () => step(-1));
  if (dialog) {
    register("c", "确认", () => act("confirm"));
    register("i", "移入", () => act("in"));
    register("o", "移出", () => act("out"));
    register("m", "写意见", () => act("comment"));
    register("u", "撤销", () => act("reset"));
    register("x", "勾选", tick);
  }
  register("p", "照片", () => { const link = here()?.querySelector("[data-open]"); if (link) location.assign(`${link.href}#photos`); });
  document.querySelector("[data-keys]").hidden = false;
  document.addEventListener("change", count);
  count();
  if (location.hash.startsWith("#row-")) go(document.getElementById(location.hash.slice(1)));
}
