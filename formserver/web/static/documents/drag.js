// Rows moved with the handle before their number, by mouse or finger. The keyboard has Alt+↑↓.
import { listOf, mark, rowsOf, settle } from "./rows.js";

export function attachDrag(form) {
  form.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const row = grip.closest("[data-row]");
    const list = listOf(row);
    const before = rowsOf(list).indexOf(row);
    row.classList.add("doc-lifted");
    const move = (at) => {
      const target = rowsOf(list).find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && at.clientY >= box.top && at.clientY <= box.bottom;
      });
      if (!target) return;
      const box = target.getBoundingClientRect();
      const below = target.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_PRECEDING;
      if (below ? at.clientY > box.top + box.height / 2 : at.clientY < box.top + box.height / 2)
        target.parentElement.insertBefore(row, below ? target.nextElementSibling : target);
    };
    // on the window: an element that is moved loses a captured pointer
    const end = () => {
      for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, end);
      window.removeEventListener("pointermove", move);
      row.classList.remove("doc-lifted");
      if (rowsOf(list).indexOf(row) === before) return;
      settle(list);
      mark(row);
    };
    window.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end);
  });
}
