// Two values for one place: both are shown, the person chooses. Used when another window was faster.
import { labelOf } from "./controls.js";

/** conflicts: [{name, mine: [], theirs: []}]; resolves to {name: "mine"|"theirs"} */
export function askPlaces(form, conflicts, { title, theirs, text }) {
  const holder = document.querySelector("[data-stale-panel]");
  return new Promise((resolve) => {
    const panel = element("section", "doc-panel");
    panel.setAttribute("role", "alert");
    panel.tabIndex = -1;
    panel.append(element("h2", "", title), element("p", "", text));
    conflicts.forEach((conflict, index) => {
      const part = element("fieldset", "doc-choice");
      part.append(element("legend", "", labelOf(form, conflict.name)));
      part.append(option(index, "mine", "这一页填写的", conflict.mine, true), option(index, "theirs", theirs, conflict.theirs, false));
      panel.append(part);
    });
    const button = element("button", "btn btn-primary", "按选择继续");
    button.type = "button";
    button.style.marginTop = "0.8rem";
    button.addEventListener("click", () => {
      const chosen = {};
      conflicts.forEach((c, i) => (chosen[c.name] = panel.querySelector(`input[name="stale-${i}"]:checked`).value));
      panel.remove();
      resolve(chosen);
    });
    panel.append(button);
    holder.replaceChildren(panel);
    panel.scrollIntoView({ block: "center" });
    panel.focus({ preventScroll: true });
  });
}

export function note(text, kind = "warning") {
  const holder = document.querySelector("[data-stale-panel]");
  const line = element("div", `fs-flash fs-flash-${kind}`);
  line.setAttribute("role", "status");
  line.append(element("span", "doc-value", text));
  holder.append(line);
}

export function element(tag, css, text = "") {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
}

function option(index, value, title, texts, checked) {
  const label = element("label", "doc-option");
  const input = element("input");
  Object.assign(input, { type: "radio", name: `stale-${index}`, value, checked });
  const words = element("span");
  words.append(element("b", "", title), element("span", "doc-value", texts.join("、") || "（空）"));
  label.append(input, words);
  return label;
}
