// A table of models: lines come and go without asking the server, a block out of a spreadsheet fills lines where it is pasted.

import { parseText } from "../documents/paste-table.js";

const MORE = 5;

function attach(lines) {
  const form = lines.closest("form");
  const body = lines.querySelector("tbody");
  const more = form.querySelector("[data-table-more]");
  const rows = () => [...body.querySelectorAll("[data-table-line]")];
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

  function number() {
    rows().forEach((row, at) => {
      for (const one of row.querySelectorAll("[aria-label]")) {
        one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/\d+/, String(at + 1)));
      }
      const drop = row.querySelector("[data-table-drop]");
      if (drop) drop.value = `drop:${at}`;
    });
  }

  function add(count) {
    const pattern = rows().at(-1);
    if (!pattern) return;
    for (let i = 0; i < count; i += 1) {
      const row = pattern.cloneNode(true);
      row.querySelectorAll("input").forEach((input) => {
        input.value = "";
        input.removeAttribute("value");
      });
      row.querySelectorAll(".ec-now").forEach((note) => note.remove());
      body.append(row);
    }
    number();
  }

  more?.addEventListener("click", (event) => {
    event.preventDefault();
    const first = rows().length;
    add(MORE);
    rows()[first]?.querySelector("input").focus();
  });

  body.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-table-drop]");
    if (!drop) return;
    event.preventDefault();
    if (rows().length === 1) add(1);
    const row = drop.closest("[data-table-line]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    number();
    next.querySelector("input").focus();
    changed();
  });

  body.addEventListener("paste", (event) => {
    const input = event.target.closest("input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!input || !/[\t\n]./.test(text.trim())) return;
    event.preventDefault();
    const cells = parseText(text);
    const start = rows().indexOf(input.closest("[data-table-line]"));
    const column = input.name === "power" ? 1 : 0;
    add(Math.max(0, start + cells.length - rows().length));
    cells.forEach((row, y) => {
      const inputs = rows()[start + y].querySelectorAll("input");
      if (column === 0) inputs[0].value = row[0].trim();
      const powers = row.slice(column === 0 ? 1 : 0).map((one) => one.trim()).filter(Boolean);
      if (powers.length) inputs[1].value = powers.join("、");
    });
    changed();
  });
}

document.querySelectorAll("[data-table-lines]").forEach(attach);
