// The lines of an energy table: add, copy, delete with undo, carriers by name or pinyin. Names keep the number a line was
// born with; the order in which they stand is the order of the table. Enter goes to the same field of the next line, in the
// last line it adds one; a block copied from Excel or WPS becomes lines (the server reads it).
import { parseHtml, parseText } from "../documents/paste-table.js";
import { Picker } from "../js/pickers.js";

export function attachRows(form) {
  for (const table of form.querySelectorAll("[data-energy]")) {
    const lines = table.querySelector("[data-lines]");
    const template = document.querySelector(`[data-line-template="${table.dataset.energy}"]`);
    table.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add-line], [data-copy-line], [data-delete-line]");
      if (!button) return;
      event.preventDefault();
      const line = button.closest("[data-line]");
      if ("addLine" in button.dataset) add(table, lines, template, null, button.dataset);
      else if ("copyLine" in button.dataset) add(table, lines, template, line);
      else remove(line);
    });
    table.addEventListener("keydown", (event) => {
      const line = event.target.closest("[data-line]");
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || !line || !event.target.matches("input, select")) return;
      event.preventDefault(); // otherwise the form would be sent
      const next = nextLine(line);
      if (next) next.querySelector(`[name="${rename(event.target.name, next.dataset.line)}"]`).focus();
      else if (!isEmpty(line)) add(table, lines, template, null, {});
    });
    table.addEventListener("paste", (event) => {
      const text = blockIn(event.clipboardData, event.target);
      if (!text) return;
      event.preventDefault();
      const box = table.querySelector("[data-paste-box]");
      box.value = text;
      box.dispatchEvent(new CustomEvent("blockpasted", { bubbles: true, detail: { table: table.dataset.energy } }));
    });
    table.addEventListener("change", (event) => {
      if (event.target.name?.endsWith(".mode")) showMode(event.target.closest("[data-line]"));
    });
    for (const line of lines.querySelectorAll("[data-line]")) attachLine(form, line);
    for (const list of table.querySelectorAll("[data-carriers]")) list.remove(); // the picker takes its place
  }
}

/** What was copied as lines of cells with tabs between them; "" when it is just a text for this field. */
function blockIn(data, target) {
  const html = data?.getData("text/html") || "";
  const text = data?.getData("text/plain") || "";
  const several = /\t/.test(text) || (/\n./.test(text.trim()) && !target.matches("textarea"));
  const cells = (/<table/i.test(html) && parseHtml(html)) || (several ? parseText(text) : null);
  if (!cells || (cells.length < 2 && cells[0].length < 2)) return "";
  return cells.map((row) => row.map((cell) => cell.replace(/\s+/g, " ").replaceAll('"', "")).join("\t")).join("\n");
}

function nextLine(line) {
  for (let next = line.nextElementSibling; next; next = next.nextElementSibling) if (next.matches("[data-line]")) return next;
  return null;
}

function isEmpty(line) {
  return !line.querySelector("input[data-carrier]").value.trim() && !line.querySelector(".calc-amount input").value.trim();
}

function attachLine(form, line) {
  const input = line.querySelector("input[data-carrier]");
  input.removeAttribute("list");
  const name = () => {
    const named = input.value || "这一行";
    for (const [part, words] of [["copyLine", `复制${named}`], ["deleteLine", `删除${named}`]]) {
      const button = [...line.querySelectorAll("button")].find((one) => part in one.dataset);
      button.setAttribute("aria-label", words);
    }
  };
  input.addEventListener("input", name);
  name();
  if (input.dataset.picking) return;
  const product = encodeURIComponent(form.querySelector("[name=shown]").value);
  new Picker(form, input, "carrier", form.dataset.carriers, {
    query: `&product=${product}`,
    chosen: (item) => {
      input.value = item.name;
      name();
      offerAll(line, item.facts);
      line.querySelector(".calc-amount input").focus();
      line.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
    },
  });
}

function offerAll(line, facts) {
  offer(line, "unit", facts.units);
  offer(line, "q_unit", facts.heat_units);
  offer(line, "coefficient_unit", facts.coefficient_units);
}

/** Only units that fit; the one chosen stays where it still fits. */
function offer(line, name, units) {
  const select = line.querySelector(`select[name$=".${name}"]`);
  const chosen = select.value;
  select.replaceChildren(...units.map((unit) => new Option(unit, unit)));
  if (units.includes(chosen)) select.value = chosen;
}

function add(table, lines, template, from, asked = {}) {
  const numbers = [...lines.querySelectorAll("[data-line]")].map((line) => Number(line.dataset.line));
  const no = Math.max(-1, ...numbers, Number(lines.dataset.last || -1)) + 1;
  lines.dataset.last = no;
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("999999", no);
  const line = holder.querySelector("[data-line]");
  if (from) {
    for (const select of from.querySelectorAll("select")) line.querySelector(`[name="${rename(select.name, no)}"]`).replaceChildren(...[...select.options].map((one) => new Option(one.text, one.value)));
    for (const field of from.querySelectorAll("input:not([type=hidden]), select")) line.querySelector(`[name="${rename(field.name, no)}"]`).value = field.value;
    from.after(line);
  } else lines.append(line);
  table.querySelector("[data-no-lines]")?.setAttribute("hidden", "");
  showMode(line);
  if (asked.carrierName) {
    line.querySelector("input[data-carrier]").value = asked.carrierName;
    offerAll(line, JSON.parse(asked.carrier));
  }
  attachLine(table.closest("form"), line);
  line.querySelector(asked.carrierName ? ".calc-amount input" : "[data-carrier]").focus();
  line.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
}

function rename(name, no) {
  const [table, , field] = name.split(".");
  return `${table}.${no}.${field}`;
}

function remove(line) {
  const table = line.closest("[data-energy]");
  const title = line.querySelector("input[data-carrier]").value || "这一行";
  const gone = Object.assign(document.createElement("li"), { className: "calc-line-gone" });
  const undo = Object.assign(document.createElement("button"), { type: "button", className: "fs-link-button", textContent: "撤销删除" });
  gone.append(`已删除${title}`, undo);
  line.replaceWith(gone);
  undo.addEventListener("click", () => {
    gone.replaceWith(line);
    line.querySelector("input[data-carrier]").focus();
    table.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
  });
  undo.focus();
  table.dispatchEvent(new CustomEvent("rowschanged", { bubbles: true }));
}

function showMode(line) {
  const mode = line.querySelector('select[name$=".mode"]').value;
  for (const part of line.querySelectorAll("[data-mode]")) part.hidden = part.dataset.mode !== mode;
}
