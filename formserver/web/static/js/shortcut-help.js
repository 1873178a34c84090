// `?` shows the keys of this page in a dialog; a button in the person's menu does the same.
import { caps, lettersOn, listed, register, switchLetters } from "./shortcuts.js";

export function attachShortcutHelp(root) {
  const show = () => dialog(listed()).showModal();
  register("?", "显示快捷键", show, "所有页面");
  for (const button of root.querySelectorAll("[data-shortcut-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      show();
    });
  }
}

function dialog(entries) {
  document.getElementById("fs-shortcuts")?.remove();
  const made = make("dialog", { id: "fs-shortcuts", className: "fs-dialog" });
  made.setAttribute("aria-labelledby", "fs-shortcuts-title");
  const close = make("button", { type: "button", className: "btn", textContent: "关闭" });
  close.addEventListener("click", () => made.close());
  made.append(make("h2", { id: "fs-shortcuts-title", textContent: "键盘快捷键" }));
  for (const group of new Set(entries.map((entry) => entry.group))) made.append(table(group, entries.filter((entry) => entry.group === group)));
  made.append(letters(), make("p", { className: "fs-help", textContent: "正在填写时，单个字母不起作用。" }), close);
  made.addEventListener("click", (event) => event.target === made && made.close()); // outside of the box
  document.body.append(made);
  return made;
}

function letters() {
  const label = make("label", { className: "fs-choice" });
  const box = make("input", { type: "checkbox", checked: lettersOn() });
  box.addEventListener("change", () => switchLetters(box.checked));
  label.append(box, make("span", { textContent: "使用单个字母的快捷键" }));
  return label;
}

function table(group, entries) {
  const section = make("section", {});
  const list = make("dl", { className: "fs-keys" });
  const byLabel = Map.groupBy ? Map.groupBy(entries, (e) => e.label) : grouped(entries);
  for (const [label, same] of byLabel) {
    const keys = make("dt", {});
    same.forEach((entry, i) => {
      if (i) keys.append(" 或 ");
      keys.append(...caps(entry.keys).map((cap) => make("kbd", { textContent: cap })));
    });
    const line = make("div", {});
    line.append(keys, make("dd", { textContent: label }));
    list.append(line);
  }
  section.append(make("h3", { textContent: group }), list);
  return section;
}

function grouped(entries) {
  const found = new Map();
  for (const entry of entries) found.set(entry.label, [...(found.get(entry.label) || []), entry]);
  return found;
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
