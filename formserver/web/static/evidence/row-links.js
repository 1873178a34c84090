// Fields that cite evidence: the library is looked up for the entry being typed, and under the field stands one link per
// citation, to the file at its page.
import { Picker } from "../js/pickers.js";

const URLS = JSON.parse(document.body.dataset.pickers || "{}");
const panel = document.querySelector("[data-evidence-panel]");
const CITED = /证据\s*[0-9０-９]{1,5}[^、\n]*/g;

if (panel) {
  for (const input of document.querySelectorAll('[data-pick="evidence"]')) draw(input);
  document.addEventListener("input", (event) => event.target.matches?.('[data-pick="evidence"]') && draw(event.target));
  document.addEventListener("focusin", (event) => event.target.matches?.('[data-pick="evidence"]') && offer(event.target), true);
}

/** Entries are parted by 、: what is chosen takes the place of the one being typed. */
function offer(input) {
  draw(input);
  if (!URLS.evidence) return;
  if (!input.dataset.picking) {
    const chosen = (item) => {
      const before = input.value.split("、").slice(0, -1).map((part) => part.trim());
      input.value = [...before, item.facts.reference].join("、");
      for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    };
    input.evidencePicker = new Picker(input.form, input, "evidence", URLS.evidence, { chosen });
  }
  if (!input.value.split("、").pop().trim()) input.evidencePicker?.ask(true); // few enough to show them all
}

function draw(input) {
  const found = input.value.match(CITED) || [];
  let box = input.parentElement.querySelector(":scope > .ev-row-links");
  if (!box && !found.length) return;
  if (!box) {
    box = document.createElement("div");
    box.className = "ev-row-links";
    input.parentElement.append(box);
  }
  box.replaceChildren(...found.map((text) => link(text.trim())));
}

function link(text) {
  const made = document.createElement("a");
  made.href = `${panel.dataset.citedUrl}?text=${encodeURIComponent(text)}`;
  made.target = "_blank";
  made.rel = "noopener";
  made.textContent = `查看${text.replace(/《.*》/, " ")}`;
  return made;
}
