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

/** The pairs a post needs so that the server reads exactly these names: the values, the boxes shown, the rows around. */
export function pairsFor(form, names) {
  const pairs = [];
  const lists = new Set();
  for (const name of names) {
    for (const value of valuesOf(form, name)) pairs.push([name, value]);
    if (form.querySelector(`input[name="has:"][value="${CSS.escape(name)}"]`)) pairs.push(["has:", name]);
    const steps = name.split("/");
    steps.forEach((step, i) => step.startsWith("@") && lists.add(steps.slice(0, i).join("/")));
  }
  for (const list of lists) for (const key of valuesOf(form, "rows:" + list)) pairs.push(["rows:" + list, key]);
  return pairs;
}

/** What a person calls the place. */
export function labelOf(form, name) {
  const part = form.querySelector(`[data-place="${CSS.escape(name)}"]`);
  const label = part?.querySelector("label.fs-label, legend");
  const own = (label?.textContent || "").replace(/\s+/g, " ").replace(/\*.*$/, "").trim();
  const list = part?.closest("fieldset.fs-rows")?.querySelector(":scope > legend")?.textContent.trim();
  return [list, own].filter(Boolean).join(" · ") || "表单中的一处";
}
