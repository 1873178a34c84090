// A line at the foot of the page that says what happened and offers to take it back: for ten seconds, longer while
// somebody is on it. Ctrl+Z outside a field takes the latest back too, also after the line has gone.
const TIME = 10_000;
const past = []; // what can be taken back, the latest last
let bar = null;
let timer = 0;

/** `undo` is what the button does; an `offer` is not a step back, so Ctrl+Z does not take it. */
export function snack(text, { label = "撤销", undo = null, offer = false, time = TIME } = {}) {
  bar ??= make();
  clearTimeout(timer);
  const words = document.createElement("span");
  words.textContent = text;
  bar.replaceChildren(words);
  if (undo) {
    const entry = { text, undo };
    if (!offer) past.push(entry);
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "doc-snack-button", textContent: label });
    button.addEventListener("click", () => take(entry));
    bar.append(button);
  }
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "doc-snack-close", textContent: "✕" });
  close.setAttribute("aria-label", "关闭这条提示");
  close.addEventListener("click", hide);
  bar.append(close);
  bar.hidden = false;
  timer = setTimeout(hideIfLeft, time);
}

/** Take the latest back; false when there is nothing. */
export function undoLatest() {
  const entry = past.at(-1);
  if (!entry) return false;
  take(entry);
  return true;
}

function take(entry) {
  const at = past.indexOf(entry);
  if (at >= 0) past.splice(at, 1);
  hide();
  entry.undo();
}

function hideIfLeft() {
  if (bar.matches(":hover, :focus-within")) timer = setTimeout(hideIfLeft, 2000);
  else hide();
}

function hide() {
  clearTimeout(timer);
  bar.hidden = true;
}

function make() {
  const made = document.createElement("div");
  made.className = "doc-snack";
  made.setAttribute("role", "status");
  made.hidden = true;
  document.body.append(made);
  return made;
}
