// Cells of a list of rows: which columns there are, what stands in a row, how one is filled from a paste.

/** [{key, title}] of the columns a person can fill. */
export function columnsOf(list) {
  const pattern = list.querySelector(":scope > template[data-row-template]");
  const start = `${list.dataset.rows}/@/`;
  return [...pattern.content.querySelectorAll("[data-place]")].flatMap((part) => {
    const key = part.dataset.place.slice(start.length);
    if (!part.dataset.place.startsWith(start) || key.includes("/") || ["object", "rows"].includes(part.dataset.kind)) return [];
    if (!part.querySelector("input, select, textarea")) return [];
    const label = part.querySelector(".fs-label, legend, .fs-choice > span").cloneNode(true);
    for (const extra of label.querySelectorAll("[data-row-context], .fs-required, .fs-stage, .fs-origin")) extra.remove();
    return [{ key, title: label.textContent.trim() }];
  });
}

/** The texts that stand in a row. */
export function textsOf(row) {
  return [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((c) => c.name.startsWith("/")).map((c) => (/checkbox|radio/.test(c.type) ? (c.checked ? c.value : "") : c.value));
}

/** Fill one cell as read; the name of its control, or "" when it cannot hold the text. */
export function setCell(row, key, cell) {
  const name = `${row.dataset.row}/${key}`;
  const controls = [...row.querySelectorAll("input, select, textarea")].filter((c) => c.name === name);
  const first = controls[0];
  const text = cell.raw ?? cell.text ?? "";
  if (!first) return "";
  if (first.type === "checkbox" && (controls.length > 1 || first.closest("fieldset.fs-field, td fieldset"))) {
    if (cell.raw !== undefined) return "";
    const wanted = new Set(text.split("、"));
    for (const box of controls) box.checked = wanted.has(box.value);
  } else if (first.type === "checkbox") {
    if (cell.raw !== undefined) return "";
    first.checked = text === "true";
  } else if (first.type === "radio") {
    const box = controls.find((c) => c.value === text);
    if (!box) return "";
    box.checked = true;
  } else {
    if (first.tagName === "SELECT" && ![...first.options].some((o) => o.value === text)) first.add(new Option(`${text}（不在选项中）`, text));
    if (first.tagName === "INPUT" && text.includes("\n")) return setLong(first, text);
    first.value = text;
  }
  return name;
}

/** A line of input would drop the line ends: it becomes a text area, as the server would draw it. */
function setLong(input, text) {
  const area = document.createElement("textarea");
  for (const { name, value } of input.attributes) if (!["type", "value", "inputmode"].includes(name)) area.setAttribute(name, value);
  area.classList.add("fs-one-line");
  area.value = text;
  input.replaceWith(area);
  return area.name;
}
