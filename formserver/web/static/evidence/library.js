// Cards are dragged into order; ticks are counted; what a photo says of itself is taken over with one press.
const wall = document.querySelector("[data-evidence-wall]");
if (wall && !new URLSearchParams(location.search).get("kind")) makeDraggable(wall);
wall?.addEventListener("change", () => {
  const count = wall.querySelectorAll('input[name="chosen"]:checked').length;
  const bulk = wall.querySelector("[data-chosen-count]");
  if (bulk) bulk.textContent = count ? `（已勾选 ${count} 份）` : "";
});

for (const button of document.querySelectorAll("[data-take]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.take);
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

function makeDraggable(form) {
  const list = form.querySelector(".ev-wall");
  if (!list.querySelector('[name="move"]')) return; // who may not edit may not sort
  let held = null;
  for (const card of list.children) card.draggable = true;
  list.addEventListener("dragstart", (event) => {
    held = event.target.closest("[data-evidence]");
    held.dataset.dragging = "";
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-evidence]");
    if (!held || !over || over === held) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    list.insertBefore(held, event.clientX > box.left + box.width / 2 ? over.nextSibling : over);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    delete held.dataset.dragging;
    held = null;
    keep(form, list);
  });
}

async function keep(form, list) {
  const data = new FormData();
  data.set("csrf_token", form.elements.csrf_token.value);
  for (const card of list.children) data.append("order", card.dataset.evidence);
  const answer = await fetch(form.dataset.orderUrl, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) location.reload(); // show the order that is really kept
}
