// What was typed and not kept, in this browser only: offered again when the page is opened anew. Signing out empties it.
const NOT_KEPT = new Set(["csrf_token", "_owner", "do"]);
const LARGEST = 200000;

function place(form) {
  return `fs-draft:${form.dataset.draft}:${document.body.dataset.owner}`;
}

export function rememberDraft(form) {
  const fields = new URLSearchParams([...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name)));
  const text = fields.toString();
  if (!fields.get("shown") || text.length > LARGEST) return;
  try {
    localStorage.setItem(place(form), text);
  } catch {
    // a full or forbidden store: typing goes on, only the offer is lost
  }
}

/** On an empty page: one button that brings the last typed values back. */
export function offerDraft(form, restore) {
  const kept = localStorage.getItem(place(form));
  if (!kept || location.search) return;
  const bar = Object.assign(document.createElement("div"), { className: "fs-flash calc-restore" });
  const text = Object.assign(document.createElement("span"), { textContent: "这台电脑上有您上次填写、还没有保存的内容。" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "恢复" });
  button.addEventListener("click", () => {
    bar.remove();
    restore(kept);
  });
  bar.append(text, button);
  form.before(bar);
}
