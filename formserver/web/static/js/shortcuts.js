// The keyboard of a page: register("ctrl+s", "保存", handler). `?` shows what the page knows.
//
// Keys: a letter ("n"), with modifiers ("ctrl+s", "alt+arrowup"; Cmd counts as Ctrl), or two after each other ("g d").
// Keys without Ctrl or Alt never act while somebody types in a field. Elements may ask without code:
// data-shortcut="n" data-shortcut-label="新建" clicks a button or link, and puts the cursor into a field.

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), select, textarea, [contenteditable]";
const PAUSE = 1500; // ms in which the second key of a pair must come

const SWITCH = "fs-keys"; // "off": keys without Ctrl or Alt do nothing (screen readers and voice input send them)

const known = new Map(); // keys -> {label, handler, group}
let waiting = ""; // the first key of a pair
let timer = 0;

/** Let `keys` call `handler(event)`; the same keys registered again replace the former. Returns a function that lets go. */
export function register(keys, label, handler, group = "本页") {
  const entry = { label, handler, group };
  known.set(keys.toLowerCase(), entry);
  return () => {
    if (known.get(keys.toLowerCase()) === entry) known.delete(keys.toLowerCase());
  };
}

/** [{keys, label, group}] in the order of registration; what the page's elements ask for included. */
export function listed() {
  collect(document);
  return [...known].filter(([, entry]) => entry.label && entry.element?.isConnected !== false).map(([keys, entry]) => ({ keys, label: entry.label, group: entry.group }));
}

/** What a person reads on the key caps: "ctrl+arrowup" is Ctrl ↑. */
export function caps(keys) {
  const names = { ctrl: "Ctrl", alt: "Alt", shift: "Shift", enter: "Enter", escape: "Esc", arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→" };
  return keys.split(/[ +]/).map((key) => names[key] || key.toUpperCase());
}

export function lettersOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchLetters(on) {
  if (on) localStorage.removeItem(SWITCH);
  else localStorage.setItem(SWITCH, "off");
}

export function attachShortcuts(root) {
  collect(root);
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return; // an input method is choosing a character
    const entry = find(event);
    if (!entry) return;
    event.preventDefault();
    entry.handler(event);
  });
}

function find(event) {
  const strong = event.ctrlKey || event.metaKey || event.altKey;
  const key = event.key.toLowerCase();
  if (!strong && ((!lettersOn() && key.length === 1) || event.target.closest?.(TYPING) || document.querySelector("dialog[open]"))) return (waiting = ""), null;
  const plain = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey && (key.length > 1 || strong) ? "shift" : "", key].filter(Boolean).join("+");
  collect(document);
  const pair = waiting && known.get(`${waiting} ${plain}`);
  waiting = "";
  clearTimeout(timer);
  if (pair) return pair;
  if (!strong && [...known.keys()].some((keys) => keys.startsWith(plain + " "))) {
    waiting = plain;
    timer = setTimeout(() => (waiting = ""), PAUSE);
  }
  return known.get(plain) || null;
}

function collect(root) {
  for (const element of root.querySelectorAll("[data-shortcut]")) {
    const keys = element.dataset.shortcut.toLowerCase();
    const label = element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.textContent.trim();
    register(keys, label, () => act(element), element.dataset.shortcutGroup || "本页");
    known.get(keys).element = element;
  }
}

function act(element) {
  if (!element.isConnected || element.disabled) return;
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else element.click();
}
