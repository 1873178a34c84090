// Text pasted into a text area with line ends inside its sentences: offer 合并断行; the pasted text is one 撤销 away.
import { breaksIn, joinLines } from "./lines.js";
import { snack } from "./snackbar.js";

export function attachJoining(form) {
  form.addEventListener("paste", (event) => {
    const area = event.target;
    if (event.defaultPrevented || area.tagName !== "TEXTAREA") return;
    const pasted = (event.clipboardData?.getData("text/plain") || "").replace(/\r\n?/g, "\n");
    const breaks = breaksIn(pasted);
    if (!breaks) return;
    const from = area.selectionStart;
    setTimeout(() => offer(area, from, pasted, breaks));
  });
}

function offer(area, from, pasted, breaks) {
  snack(`粘贴的文字里有 ${breaks} 处断行`, {
    label: "合并断行",
    offer: true,
    undo: () => {
      const at = area.value.startsWith(pasted, from) ? from : area.value.indexOf(pasted);
      if (at < 0) return snack("文字已经改动，没有合并。");
      const before = area.value;
      area.setRangeText(joinLines(pasted), at, at + pasted.length, "end");
      say(area);
      const after = area.value;
      return snack("已合并断行", { undo: () => restore(area, before, after) });
    },
  });
}

function restore(area, before, after) {
  if (area.value !== after) return void snack("文字已经改动，没有撤销。");
  area.value = before;
  say(area);
}

function say(area) {
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.dispatchEvent(new Event("change", { bubbles: true }));
  area.focus();
}
