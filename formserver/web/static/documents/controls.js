// Controls of a schema form by name: their values, how to set them, what a post of them must name besides.

export function controlsOf(form, name) {
  const found = form.elements.namedItem(name); // by name or id; a fieldset may have a list's name as its id
  const list = found instanceof RadioNodeList ? [...found] : found ? [found] : [];
  return list.filter((c) => c.name === name && c.type !== "submit");
}

export function valuesOf(form, name) {
  return controlsOf(form, name)
    .filter((c) => (c.type !== "checkbox" && c.type !== "radio") || c.checked)
    .map((c) => c.value);
}

export function setValues(form, name, values) {
  for (const control of controlsOf(form, name)) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export function same(left, right) {
  return left.length === right.length && left.every((text, i) => text.replaceAll("\r\n", "\n") === right[i].replaceAll("\r\n", "\n"));
}

/**
 * The pairs a post needs so that the server reads exactly these names: the values, the boxes shown, the rows around.
 * "rows:/list" sends the order of the whole list and what was taken out of it; a cell names its own row only, so that
 * a row another window took away does not come back.
 */
export function pairsFor(form, names) {
  const pairs = [];
  const rows = new Map(); // list -> keys
  const whole = new Set();
  for (const name of names) {
    if (name.startsWith("rows:")) {
      const list = name.slice(5);
      whole.add(list);
      for (const key of valuesOf(form, "gone:" + list)) pairs.push(["gone:" + list, key]);
      outerRows(list, rows);
      continue;
    }
    for (const value of valuesOf(form, name)) pairs.push([name, value]);
    if (form.querySelector(`input[name="has:"][value="${CSS.escape(name)}"]`)) pairs.push(["has:", name]);
    outerRows(name, rows);
  }
  for (const list of whole) rows.set(list, new Set(valuesOf(form, "rows:" + list)));
  for (const [list, keys] of rows) for (const key of keys) pairs.push(["rows:" + list, key]);
  return pairs;
}

function outerRows(name, rows) {
  const steps = name.split("/");
  steps.forEach((step, i) => {
    if (!step.startsWith("@")) return;
    const list = steps.slice(0, i).join("/");
    if (!rows.has(list)) rows.set(list, new Set());
    rows.get(list).add(step.slice(1));
  });
}

/** What a person calls the place. */
export function labelOf(form, name) {
  const part = form.querySelector(`[data-place="${CSS.escape(name)}"]`);
  const label = part?.querySelector("label.fs-label, legend");
  const own = (label?.textContent || "").replace(/\s+/g, " ").replace(/\*.*$/, "").trim();
  const list = part?.closest("fieldset.fs-rows")?.querySelector(":scope > legend")?.textContent.trim();
  return [list, own].filter(Boolean).join(" · ") || "表单中的一处";
}
