// The dialog of a paste: where it goes, which column is which, how the cells are read.
import { element } from "./panel.js";

const SHOWN = 12; // rows of the preview

export function drawDialog({ title, columns, number, blankHere }) {
  const heard = new Map();
  const tell = (what, value) => heard.get(what)?.(value);
  const dialog = element("dialog", "doc-dialog doc-paste");
  dialog.setAttribute("aria-labelledby", "paste-title");
  const head = element("h2", "doc-dialog-title", `粘贴到“${title}”`);
  head.id = "paste-title";
  const said = element("p", "doc-paste-said");
  said.setAttribute("role", "status");
  const area = element("textarea", "form-control");
  area.setAttribute("aria-label", "在这里粘贴");
  area.placeholder = "在 Excel 或 WPS 里选中、复制，然后在这里按 Ctrl+V";
  const start = element("div", "doc-paste-start");
  start.append(area);
  area.addEventListener("paste", (event) => {
    event.preventDefault();
    tell("block", event.clipboardData);
  });
  const options = element("div", "doc-paste-options");
  const header = choice("checkbox", "doc-paste-header", "第一行是表头");
  header.input.addEventListener("change", () => tell("header", header.input.checked));
  options.append(header.label);
  let over = null;
  if (number) {
    over = choice("radio", "doc-paste-where", `从第${number}行起填入，盖住原有内容`);
    const add = choice("radio", "doc-paste-where", "作为新行加在末尾");
    (blankHere ? over : add).input.checked = true;
    options.append(over.label, add.label);
  }
  const scroll = element("div", "doc-paste-scroll");
  Object.assign(scroll, { tabIndex: 0 });
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "粘贴内容预览");
  const bar = element("div", "doc-dialog-bar");
  const go = element("button", "btn btn-primary", "粘贴");
  const stop = element("button", "btn", "取消");
  go.type = stop.type = "button";
  go.disabled = true;
  go.addEventListener("click", () => tell("paste", Boolean(over?.input.checked)));
  stop.addEventListener("click", () => dialog.close());
  bar.append(go, stop);
  options.hidden = scroll.hidden = true;
  dialog.append(head, start, options, said, scroll, bar);
  const back = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (document.activeElement === document.body) back?.focus();
  });
  return {
    on: (what, call) => heard.set(what, call),
    say: (text) => (said.textContent = text),
    close: () => dialog.close(),
    show() {
      document.body.append(dialog);
      dialog.showModal();
      area.focus();
    },
    draw(state) {
      start.hidden = true;
      options.hidden = scroll.hidden = go.disabled = false;
      header.input.checked = state.header;
      const table = drawTable(state, columns, (mapping) => tell("mapping", mapping));
      const at = scroll.scrollLeft;
      const focused = document.activeElement?.dataset?.column;
      scroll.replaceChildren(table);
      scroll.scrollLeft = at;
      (focused ? table.querySelector(`[data-column="${focused}"]`) : dialog.contains(document.activeElement) && document.activeElement !== dialog ? null : go)?.focus();
      said.textContent = summary(state);
      said.classList.toggle("fs-warning-text", state.left.length > 0);
    },
  };
}

function summary({ data, read, left }) {
  const asked = read.flat().filter((cell) => cell.raw !== undefined).length;
  const parts = [`共 ${data.length} 行`];
  if (left.length) parts.push(`这些列没有对应，不会粘贴：${left.join("、")}`);
  if (asked) parts.push(`有 ${asked} 处需要核对，会按原文保留`);
  return `${parts.join("；")}。`;
}

function drawTable({ header, heads, mapping, data, read }, columns, changed) {
  const table = element("table", "fs-rows-table doc-paste-table");
  const top = element("tr");
  top.append(element("th", "", "序"));
  mapping.forEach((key, i) => {
    const cell = element("th");
    cell.scope = "col";
    const name = header && heads[i].trim() ? heads[i].trim() : `第${i + 1}列`;
    const select = element("select", "form-select");
    select.setAttribute("aria-label", `${name}对应`);
    select.dataset.column = i;
    select.append(new Option("不粘贴这一列", ""), ...columns.map((column) => new Option(column.title, column.key, false, column.key === key)));
    select.addEventListener("change", () => changed(mapping.map((k, x) => (x === i ? select.value : select.value && k === select.value ? "" : k))));
    cell.append(element("div", "doc-paste-head", name), select);
    top.append(cell);
  });
  const head = element("thead");
  head.append(top);
  const body = element("tbody");
  data.slice(0, SHOWN).forEach((texts, y) => {
    const line = element("tr");
    line.append(element("td", "fs-row-no", String(y + 1)));
    texts.forEach((text, x) => line.append(drawCell(text, mapping[x] ? read[y]?.[x] : null)));
    body.append(line);
  });
  table.append(head, body);
  if (data.length > SHOWN) {
    const more = element("caption", "doc-paste-more", `还有 ${data.length - SHOWN} 行没有显示，会一起粘贴。`);
    table.append(more);
  }
  return table;
}

function drawCell(text, cell) {
  const box = element("td", cell ? "" : "doc-paste-out");
  const shown = cell?.text === "true" ? "是" : cell?.text === "false" ? "否" : (cell?.raw ?? cell?.text ?? text);
  box.append(element("div", "doc-value", shown));
  if (cell && cell.raw === undefined && shown !== text.trim()) box.append(element("div", "fs-hint", `原文 ${text}`));
  if (cell?.message) box.append(element("div", cell.raw === undefined ? "fs-hint" : "fs-warning", cell.message));
  if (cell?.raw !== undefined) box.classList.add("doc-paste-ask");
  return box;
}

function choice(type, name, text) {
  const label = element("label", "fs-choice");
  const input = element("input");
  Object.assign(input, { type, name });
  label.append(input, element("span", "", text));
  return { label, input };
}
