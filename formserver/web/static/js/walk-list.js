// data-walk: up and down go from link to link of a list, Enter follows as always; j and k do the same.
import { register } from "./shortcuts.js";

export function attachWalk(root) {
  if (!root.querySelector("[data-walk]")) return;
  const step = (by) => {
    const links = [...root.querySelectorAll("[data-walk] li > a, [data-walk] li > button, [data-walk] td:first-child > a")];
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? links[by > 0 ? 0 : links.length - 1] : links[at + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  register("arrowdown", "下一条", () => step(1));
  register("arrowup", "上一条", () => step(-1));
  register("j", "下一条", () => step(1));
  register("k", "上一条", () => step(-1));
}
