// The mark of a prefilled field (来自企业档案) opens a menu: 刷新 asks for the value as it is now and shows both, 解除 says
// that from now on this is the person's own.
import { labelOf, setValues, valuesOf } from "./controls.js";
import { element } from "./panel.js";
import { snack } from "./snackbar.js";

export function attachOrigins(form, saver) {
  const draw = () => {
    for (const mark of form.querySelectorAll("span[data-origin]")) {
      if (!form.dataset.originRefresh || mark.closest("template")) continue;
      const button = element("button", "fs-origin", mark.textContent);
      button.type = "button";
      button.dataset.origin = mark.dataset.origin;
      button.title = "刷新或解除";
      button.setAttribute("aria-haspopup", "menu");
      button.setAttribute("aria-label", `${labelOf(form, mark.dataset.origin)}：${mark.textContent}，刷新或解除`);
      mark.replaceWith(button);
    }
  };
  draw();
  form.addEventListener("formchanged", draw);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-origin]");
    if (button) openMenu(form, saver, button);
  });
}

function openMenu(form, saver, button) {
  document.querySelector(".doc-origin-menu")?.remove();
  const menu = element("div", "fs-menu-list doc-origin-menu");
  menu.setAttribute("role", "menu");
  for (const [text, act] of [["刷新", refresh], ["解除", detach]]) {
    const entry = element("button", "fs-menu-item", text);
    entry.type = "button";
    entry.setAttribute("role", "menuitem");
    entry.addEventListener("click", () => {
      close();
      act(form, saver, button);
    });
    menu.append(entry);
  }
  const close = (back = true) => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    if (back && button.isConnected) button.focus();
  };
  menu.addEventListener("keydown", (event) => {
    const entries = [...menu.children];
    const at = entries.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") entries[(at + (event.key === "ArrowDown" ? 1 : entries.length - 1)) % entries.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || setTimeout(() => menu.isConnected && close(false)));
  button.setAttribute("aria-expanded", "true");
  button.after(menu);
  menu.firstElementChild.focus();
}

async function post(form, saver, url, asked) {
  if (!(await saver.flush())) return null;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
    body: JSON.stringify(asked),
  }).catch(() => null);
  const data = await answer?.json().catch(() => ({}));
  if (!answer?.ok) {
    snack(data?.detail || "网络不通，请稍后再试。");
    return null;
  }
  if (data.seq) saver.seq = Number((form.elements.seq.value = data.seq));
  return data;
}

async function refresh(form, saver, button) {
  const data = await post(form, saver, form.dataset.originRefresh, { at: button.dataset.origin });
  if (!data) return;
  if (!data.known) snack(`${button.textContent}：那里现在没有这一项。`);
  else if (data.same) snack(`${data.source}：与现在填写的一样。`);
  else ask(form, saver, button, data);
}

async function take(form, saver, button, data) {
  const name = button.dataset.origin;
  const was = valuesOf(form, name);
  const taken = await post(form, saver, form.dataset.originRefresh, { at: name, take: true, seq: data.seq });
  if (!taken) return;
  if (data.list) {
    form.dispatchEvent(new CustomEvent("listtaken", { detail: { name } }));
    snack("已换成最新的内容");
    return;
  }
  const now = [typeof taken.value === "string" ? taken.value.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ") : String(taken.value ?? "")];
  saver.base.set(name, now); // the server holds it already
  setValues(form, name, now);
  snack("已换成最新的内容", { undo: () => setValues(form, name, was) });
}

/** Both values side by side; the person takes one. */
function ask(form, saver, button, data) {
  const name = button.dataset.origin;
  const dialog = element("dialog", "doc-dialog");
  const title = element("h2", "doc-dialog-title", `刷新“${labelOf(form, name)}”`);
  title.id = "origin-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const list = element("dl", "doc-both");
  for (const [term, text] of [["现在填写的", data.current], [`${data.source}（最新）`, data.now]]) list.append(element("dt", "", term), element("dd", "doc-value", text || "（空）"));
  const bar = element("div", "doc-dialog-bar");
  const use = element("button", "btn btn-primary", "用最新的");
  const keep = element("button", "btn", "保留现在的");
  use.type = keep.type = "button";
  use.addEventListener("click", () => {
    dialog.close();
    take(form, saver, button, data);
  });
  keep.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    (button.isConnected ? button : document.getElementById(name))?.focus();
  });
  bar.append(use, keep);
  dialog.append(title, list, bar);
  document.body.append(dialog);
  dialog.showModal();
  use.focus();
}

async function detach(form, saver, button) {
  const name = button.dataset.origin;
  const data = await post(form, saver, form.dataset.originDetach, { at: name, seq: saver.seq });
  if (!data) return;
  button.remove();
  snack("已解除：以后不再随来源变动，由您填写。");
  document.getElementById(name)?.focus();
}
